"""finetune: start from the trained head, unfreeze the top of the backbone, and adjust it by back-propagation."""

import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from stages.analysis.metrics import learning_curve_row
from stages.dataset.store import PictureStore, class_names
from stages.network import precision, runtime  # before anything that imports TensorFlow
from stages.network.backbones import blocks, unfreeze
from stages.network.checkpoint import Checkpoint, identity
from stages.network.classifier import read, save
from stages.network.recipe import Epoch, Pictures, Recipe
from stages.network.training import fit
from stages.params import Finetune, load
from stages.runner import rank, run, whole

SHARES = (0.25, 0.5, 0.75)  # of the way from the head's model to the best epoch


def main() -> None:
    params = load()
    runtime.set_up(params.seed, params.hardware.devices)
    store = PictureStore("data/prepared")
    classifier = read("models/head/model.keras")
    unfrozen = unfreeze(classifier, params.backbone.name, params.finetune.unfreeze)
    count = sum(math.prod(weight.shape) for weight in classifier.trainable_weights)
    print(f"unfrozen: {', '.join([*unfrozen, 'head'])} ({count:,} of {classifier.count_params():,} weights)")

    recipe = recipe_of(
        params.finetune,
        seed=params.seed,
        class_weights=params.class_weights,
        jit_compile=params.hardware.jit_compile,
        precision=precision.choose(params.precision),
    )
    train, validation = (pictures(store, split) for split in ("train", "validation"))
    depends_on = (recipe, params.finetune.unfreeze, params.hardware.devices)
    checkpoint = checkpoint_of("finetuned", depends_on, "models/head/model.keras")
    history, kept = fit(classifier, train, validation, recipe, blocks(classifier, params.backbone.name), checkpoint)
    print(f"kept by validation log-loss: epoch {kept.epoch} of {recipe.epochs}, {kept.share:g} of the way there")

    with whole("models/finetuned") as folder:
        learning_curve(history, validation).to_csv(folder / "history.csv", index=False)
        shares = pd.DataFrame(sorted(kept.tried.items()), columns=["share", "val_loss"])
        shares.to_csv(folder / "selection.csv", index=False)
        save(classifier, folder / "model.keras", class_names(store.manifest))
    checkpoint.remove()


def pictures(store: PictureStore, split: str) -> Pictures:
    """A split of the store, "train", "validation" or "test"; each picture's key is its id."""
    rows = np.flatnonzero(store.manifest["split"] == split)
    chosen = store.manifest.iloc[rows]
    keys = np.array([int(name, 16) for name in chosen["id"]], np.uint64)
    return Pictures(store.jpeg, rows, chosen["target"].to_numpy(), keys)


def recipe_of(settings: Finetune, **others: Any) -> Recipe:
    """How to fine-tune, by the section `finetune` of params and what other sections say."""
    return Recipe(
        epochs=settings.epochs,
        learning_rate=settings.learning_rate,
        warmup_epochs=settings.warmup_epochs,
        weight_decay=settings.weight_decay,
        batch_size=settings.batch_size,
        min_area=settings.crop,
        layer_decay=settings.layer_decay,
        optimizer=settings.optimizer,
        **{"shares": SHARES} | others,
    )


def checkpoint_of(model: str, depends_on: Any, start: str) -> Checkpoint:
    """The checkpoint of a training that starts from the model in the file `start`, on the prepared pictures."""
    inputs = [Path("data/prepared/manifest.csv"), Path(start)]
    return Checkpoint(Path(f"models/.{model}.checkpoint"), identity(depends_on, inputs), writes=not rank())


def learning_curve(history: list[Epoch], validation: Pictures) -> pd.DataFrame:
    """A history.csv: columns epoch, loss, accuracy, val_loss, val_accuracy; history: from epoch 0."""
    rows = [
        learning_curve_row(number, epoch.targets, epoch.logits, validation.targets, epoch.validation_logits)
        for number, epoch in enumerate(history)
    ]
    return pd.DataFrame(rows)


if __name__ == "__main__":
    run(main)
