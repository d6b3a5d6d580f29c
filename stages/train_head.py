"""train-head: fit the classifier on the frozen features, and put it on the backbone as a model of its own."""

from typing import Any

import numpy as np
import pandas as pd

from stages.analysis.metrics import learning_curve_row
from stages.dataset.store import Rows, class_names, read_manifest
from stages.network import runtime  # before anything that imports TensorFlow
from stages.network.classifier import assemble, read, save
from stages.network.head import TrainedHead, train
from stages.params import Head, load
from stages.runner import run, whole


def main() -> None:
    params = load()
    runtime.set_up(params.seed)
    manifest = read_manifest("data/prepared")
    targets = {split: rows["target"].to_numpy() for split, rows in manifest.groupby("split")}
    features = {split: Rows(f"data/features/{split}.npy") for split in ("train", "validation")}

    head = trained(params.head, features, targets, seed=params.seed, class_weights=params.class_weights)

    with whole("models/head") as folder:
        np.savez(folder / "head.npz", kernel=head.kernel, bias=head.bias)
        pd.DataFrame(head.selection).to_csv(folder / "selection.csv", index=False)
        curve = [
            learning_curve_row(epoch, targets["train"], logits, targets["validation"], validation_logits)
            for epoch, (logits, validation_logits) in enumerate(head.curve)
        ]
        pd.DataFrame(curve).to_csv(folder / "history.csv", index=False)
        classifier = assemble(read("models/backbone/model.keras"), head.kernel, head.bias)
        save(classifier, folder / "model.keras", class_names(manifest))


def trained(settings: Head, features: dict, targets: dict, **others: Any) -> TrainedHead:
    """Fit by the section `head` of params and `others`; features float32 (n, width), targets {0, 1} (n,), by split."""
    return train(
        features["train"],
        targets["train"],
        features["validation"],
        targets["validation"],
        l2=settings.l2,
        learning_rate=settings.learning_rate,
        epochs=settings.epochs,
        patience=settings.patience,
        **others,
    )


if __name__ == "__main__":
    run(main)
