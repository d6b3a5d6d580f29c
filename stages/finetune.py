"""finetune: start from the trained head, unfreeze the top of the backbone, and adjust it by back-propagation."""

import math

import numpy as np
import pandas as pd

from stages.analysis.metrics import learning_curve_row
from stages.dataset.store import PictureStore, class_names
from stages.network import runtime  # before anything that imports TensorFlow
from stages.network.backbones import unfreeze
from stages.network.classifier import read, save
from stages.network.training import Pictures, Recipe, fit
from stages.params import load
from stages.runner import run, whole


def main() -> None:
    params = load()
    runtime.set_up(params.seed)
    store = PictureStore("data/prepared")
    classifier = read("models/head/model.keras")
    unfrozen = unfreeze(classifier, params.backbone.name, params.finetune.unfreeze)
    count = sum(math.prod(weight.shape) for weight in classifier.trainable_weights)
    print(f"unfrozen: {', '.join([*unfrozen, 'head'])} ({count:,} of {classifier.count_params():,} weights)")

    recipe = Recipe(
        epochs=params.finetune.epochs,
        learning_rate=params.finetune.learning_rate,
        warmup_epochs=params.finetune.warmup_epochs,
        weight_decay=params.finetune.weight_decay,
        batch_size=params.finetune.batch_size,
        min_area=params.finetune.crop,
        seed=params.seed,
    )
    train, validation = (pictures(store, split) for split in ("train", "validation"))
    history, best = fit(classifier, train, validation, recipe)
    print(f"best epoch by validation log-loss: {best} of {recipe.epochs}")

    with whole("models/finetuned") as folder:
        curve = [
            learning_curve_row(number, epoch.targets, epoch.logits, validation.targets, epoch.validation_logits)
            for number, epoch in enumerate(history)
        ]
        pd.DataFrame(curve).to_csv(folder / "history.csv", index=False)
        save(classifier, folder / "model.keras", class_names(store.manifest))


def pictures(store: PictureStore, split: str) -> Pictures:
    rows = np.flatnonzero(store.manifest["split"] == split)
    chosen = store.manifest.iloc[rows]
    keys = np.array([int(name, 16) for name in chosen["id"]], np.uint64)
    return Pictures(store.jpeg, rows, chosen["target"].to_numpy(), keys)


if __name__ == "__main__":
    run(main)
