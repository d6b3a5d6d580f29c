"""finetune: start from the trained head, unfreeze the top of the backbone, and adjust it by back-propagation."""

import math
from pathlib import Path

import numpy as np
import pandas as pd

from stages.analysis.metrics import learning_curve_row
from stages.dataset.store import PictureStore
from stages.network import precision, runtime  # before anything that imports TensorFlow
from stages.network.backbones import blocks, unfreeze
from stages.network.checkpoint import Checkpoint, identity
from stages.network.classifier import read, save
from stages.network.training import Pictures, Recipe, fit
from stages.params import load
from stages.runner import rank, run, whole


def main() -> None:
    params = load()
    runtime.set_up(params.seed, params.hardware.devices)
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
        layer_decay=params.finetune.layer_decay,
        class_weights=params.class_weights,
        optimizer=params.finetune.optimizer,
        jit_compile=params.hardware.jit_compile,
        precision=precision.choose(params.precision),
    )
    train, validation = (pictures(store, split) for split in ("train", "validation"))
    inputs = [Path("data/prepared/manifest.csv"), Path("models/head/model.keras")]
    training = identity((recipe, params.finetune.unfreeze, params.hardware.devices), inputs)
    checkpoint = Checkpoint(Path("models/.finetuned.checkpoint"), training, writes=not rank())
    history, best = fit(classifier, train, validation, recipe, blocks(classifier, params.backbone.name), checkpoint)
    print(f"best epoch by validation log-loss: {best} of {recipe.epochs}")

    with whole("models/finetuned") as folder:
        curve = [
            learning_curve_row(number, epoch.targets, epoch.logits, validation.targets, epoch.validation_logits)
            for number, epoch in enumerate(history)
        ]
        pd.DataFrame(curve).to_csv(folder / "history.csv", index=False)
        save(classifier, folder / "model.keras")
    checkpoint.remove()


def pictures(store: PictureStore, split: str) -> Pictures:
    rows = np.flatnonzero(store.manifest["split"] == split)
    chosen = store.manifest.iloc[rows]
    keys = np.array([int(name, 16) for name in chosen["id"]], np.uint64)
    return Pictures(store.jpeg, rows, chosen["target"].to_numpy(), keys)


if __name__ == "__main__":
    run(main)
