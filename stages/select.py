"""select: how well a head on a candidate's features tells the classes apart, on pictures that it did not see.

Each train and validation picture is predicted by heads that were fitted on other pictures (cross-validation, with the
same folds for every candidate). The test pictures have no part in it.
"""

import argparse
import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd

from transfer.dataset.array_rows import ArrayRows
from transfer.dataset.store import groups_of, read_classes, read_manifest
from transfer.network import runtime  # before anything that imports TensorFlow
from transfer.network.cross_validation import assign_folds, out_of_fold_logits
from transfer.network.inference.kept_features import ABOUT
from transfer.network.link import link_of
from transfer.project.outputs import atomic_folder
from transfer.project.params import load_params
from transfer.project.runner import run_stage
from transfer.project.training_setup import FOLDS

SPLITS = ("train", "validation")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("candidate")


def main(given: argparse.Namespace) -> None:
    params, source = load_params(), Path("data/candidates", given.candidate)
    runtime.configure(params.seed.training, "cpu")
    about = json.loads((source / ABOUT).read_text())
    about.pop("keys", None)
    with atomic_folder(Path("models/candidates", given.candidate)) as folder:
        if "unavailable" not in about:
            manifest, link = read_manifest("data/prepared"), link_of(read_classes("data/prepared"))
            parts = [manifest[manifest["split"] == split] for split in SPLITS]
            groups = [name for split in SPLITS for name in groups_of(manifest, split)]
            pictures = pd.concat(parts)
            targets = pictures["target"].to_numpy()
            l2, logits = out_of_fold_logits(
                [ArrayRows(source / f"{split}.npy") for split in SPLITS],
                targets,
                link,
                assign_folds(targets, FOLDS, params.seed.training, groups),
                l2=sorted(params.head.l2),
                epochs=params.head.epochs,
            )
            losses, right = link.losses(targets, logits), link.predicted(logits) == targets
            table = {"id": pictures["id"], "group": groups, "loss": losses, "right": right.astype(int)}
            pd.DataFrame(table).to_csv(folder / "out_of_fold.csv", index=False, lineterminator="\n")
            about["l2"] = l2
            print(f"{given.candidate}: log-loss {np.mean(losses):.4f}, accuracy {np.mean(right):.4f}, L2 {l2:g}")
        (folder / ABOUT).write_text(json.dumps(about, indent=2) + "\n")


if __name__ == "__main__":
    sys.exit(run_stage(main, add_arguments))
