"""Wrong labels put in on purpose: how many `transfer review` finds, and what correcting them is worth.

`python -m bench.labels 0.02` in a project in which feature-extract has run. Labels of train and validation pictures are
changed to another class; heads judge pictures that they did not see; suggestions of which they are sure enough are
accepted. The test pictures choose nothing: they measure heads that were trained on the labels as they were, with the
wrong ones, and after correction.
"""

import argparse

import numpy as np

from transfer.analysis.neighbours import find_neighbours
from transfer.analysis.suspects import LABEL, find_suspects
from transfer.dataset.alike import least_cosine
from transfer.dataset.store import groups_of, read_classes, read_manifest
from transfer.network import runtime  # before anything that imports TensorFlow
from transfer.network.cross_validation import assign_folds, out_of_fold_logits
from transfer.network.link import link_of
from transfer.project.params import load_params
from transfer.project.training_setup import FOLDS, head_from_features

CONFIDENCE = 0.8  # from which a suggestion is accepted: of 0.5, 0.8, 0.9, 0.95, 0.99 it left the fewest wrong labels
SPLITS = ("train", "validation", "test")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.labels", description=__doc__)
    parser.add_argument("share", type=float, help="of the labels that are changed, in (0, 1)")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    given = parser.parse_args()
    params = load_params()
    runtime.configure(params.seed.training, "cpu")
    manifest, classes = read_manifest("data/prepared"), read_classes("data/prepared")
    link = link_of(classes)
    features = {split: np.load(f"data/features/{split}.npy") for split in SPLITS}
    clean = {split: manifest["target"][manifest["split"] == split].to_numpy() for split in SPLITS}
    groups = [name for split in SPLITS[:2] for name in groups_of(manifest, split)]
    known = np.concatenate([features["train"], features["validation"]])
    least = least_cosine(params.backbone.name)
    found = find_neighbours(known, features["test"][:0], least)

    def tested(labels: np.ndarray) -> tuple[float, float]:
        """Accuracy and log-loss on the test split of a head that was trained on these labels."""
        train, validation = np.split(labels, [len(clean["train"])])
        targets = {"train": train, "validation": validation}
        head = head_from_features(params.head, features, targets, classes, seed=params.seed.training, groups=groups)
        logits = features["test"] @ head.kernel + head.bias
        return float(np.mean(link.predicted(logits) == clean["test"])), float(link.losses(clean["test"], logits).mean())

    labels = np.concatenate([clean["train"], clean["validation"]])
    print("clean: accuracy {:.4f}, log-loss {:.4f}".format(*tested(labels)), flush=True)
    for seed in given.seeds:
        rng = np.random.default_rng(seed)
        wrong = rng.permutation(len(labels))[: round(given.share * len(labels))]
        noisy = labels.copy()
        noisy[wrong] = (noisy[wrong] + rng.integers(1, len(classes), len(wrong))) % len(classes)
        print(f"seed {seed}: {len(wrong)} of {len(labels)} labels wrong")
        print("  not corrected: accuracy {:.4f}, log-loss {:.4f}".format(*tested(noisy)), flush=True)
        folds = assign_folds(noisy, FOLDS, params.seed.training, groups)
        settings = {"l2": sorted(params.head.l2), "epochs": params.head.epochs}
        _, logits = out_of_fold_logits([known], noisy, link, folds, **settings)
        probabilities = link.probabilities(link.activate(logits))
        nobody = np.zeros(len(noisy), bool)
        suspects = find_suspects(noisy, probabilities, found.distance, found.twin >= 0, nobody)
        for part in (given.share, 1.5 * given.share, 2 * given.share):
            first = suspects.order[: round(part * len(labels))]
            print(f"  {np.isin(wrong, first).mean():.1%} of them among the first {part:.1%} of the list")
        accepted = (suspects.kind == LABEL) & (suspects.confidence >= CONFIDENCE)
        corrected = np.where(accepted, suspects.suggested, noisy)
        print(f"  {accepted.sum()} suggestions accepted, {(corrected != labels).sum()} labels not as they were")
        print("  corrected: accuracy {:.4f}, log-loss {:.4f}".format(*tested(corrected)), flush=True)


if __name__ == "__main__":
    main()
