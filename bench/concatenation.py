"""Whether the features of several backbones side by side tell the classes apart better than those of the best alone.

`python -m bench.concatenation` in a project in which `select` has run, with two candidates or more. It prints the
table of `select`, then a row for the features of all candidates side by side, but for those of another picture size:
cross-validated like the candidates, on the same folds, beside the best of all. The test pictures have no part in it.
"""

from pathlib import Path

import numpy as np

from transfer.analysis.candidates import Candidate, Ranked, rank, read_candidates
from transfer.dataset.store import groups_of, read_classes, read_manifest
from transfer.network import runtime  # before anything that imports TensorFlow
from transfer.network.cross_validation import assign_folds, out_of_fold_logits
from transfer.network.link import link_of
from transfer.project.params import load_params
from transfer.project.training_setup import FOLDS

SPLITS = ("train", "validation")


def main() -> None:
    params = load_params()
    runtime.configure(params.seed.training, "cpu")
    found, _ = read_candidates(Path("models/candidates"), params.candidates)
    ranked = rank(found, {}, params.seed.data).ranked
    print("| candidate | accuracy (95 %) | log-loss (95 %) | from the best (95 %) | MB | pictures/s |")
    print("|---|---|---|---|---|---|")
    for one in ranked:
        print(row(one))
    joint = concatenated([one for one in found if one.picture_size == params.image.size], params)
    # As if it were a candidate beside the best one alone: the difference is that of the two.
    pair = rank([ranked[0].candidate, joint], {}, params.seed.data)
    print("\nbeside the best alone:", *map(row, pair.ranked), sep="\n")


def concatenated(candidates: list[Candidate], params) -> Candidate:
    """The features of all candidates side by side, judged as `select` judges those of one."""
    manifest, link = read_manifest("data/prepared"), link_of(read_classes("data/prepared"))
    targets = np.concatenate([manifest["target"][manifest["split"] == split].to_numpy() for split in SPLITS])
    groups = [name for split in SPLITS for name in groups_of(manifest, split)]
    features = [
        np.hstack([np.load(f"data/candidates/{candidate.name}/{split}.npy") for candidate in candidates])
        for split in SPLITS
    ]
    folds = assign_folds(targets, FOLDS, params.seed.training, groups)
    settings = {"l2": sorted(params.head.l2), "epochs": params.head.epochs}
    _, logits = out_of_fold_logits(features, targets, link, folds, **settings)
    return Candidate(
        "all side by side",
        params.image.size,
        sum(candidate.parameters for candidate in candidates),
        1 / sum(1 / candidate.pictures_per_second for candidate in candidates),
        link.losses(targets, logits),
        link.predicted(logits) == targets,
        groups,
    )


def row(one: Ranked) -> str:
    """A row of a Markdown table."""
    within = one.accuracy_interval
    accuracy = f"{100 * one.accuracy:.1f} % ({100 * within.low:.1f} - {100 * within.high:.1f})"
    loss = f"{one.log_loss:.3f} ({one.log_loss_interval.low:.3f} - {one.log_loss_interval.high:.3f})"
    apart = "the best"
    if one.difference is not None:
        between = one.difference_interval
        apart = f"{one.difference:+.4f} ({between.low:+.4f} to {between.high:+.4f})"
    candidate = one.candidate
    name = candidate.name if " " in candidate.name else f"`{candidate.name}`"
    speed = f"{candidate.pictures_per_second:.0f}"
    return f"| {name} | {accuracy} | {loss} | {apart} | {candidate.megabytes:.0f} | {speed} |"


if __name__ == "__main__":
    main()
