"""A network that trains in a second, and has what is hard to resume: dropout, and normalisation that is trained."""

import multiprocessing
from pathlib import Path

import keras
import numpy as np

from transfer.dataset.drawn import draw
from transfer.dataset.pictures import encode, resize
from transfer.network import runtime
from transfer.network.model_file import save_model
from transfer.network.training.checkpoint import Checkpoint
from transfer.network.training.loop import fit
from transfer.network.training.recipe import LabelledPictures, Recipe

SIZE, N = 32, 22
RECIPE = Recipe(epochs=14, learning_rate=1e-2, warmup_epochs=0.5, weight_decay=0.01, batch_size=8, min_area=0.7, seed=3)


def network() -> keras.Model:
    keras.utils.set_random_seed(5)
    layers = keras.layers
    picture = keras.Input((SIZE, SIZE, 3))
    x = layers.Rescaling(1 / 255)(picture)
    x = layers.Conv2D(8, 3, strides=2)(x)
    x = layers.Activation("relu")(layers.BatchNormalization()(x))
    x = layers.GlobalAveragePooling2D()(layers.Dropout(0.3)(x))
    x = layers.Activation("sigmoid", name="probability")(layers.Dense(1, name="logit")(x))
    return keras.Model(picture, x, name="classifier")


def pictures(count: int = N, seed: int = 0) -> LabelledPictures:
    rows = np.arange(count)
    streams = [encode(resize(draw(("cats", "dogs")[row % 2], row // 2, seed), SIZE)) for row in rows]
    return LabelledPictures(streams.__getitem__, rows, rows % 2, rows.astype(np.uint64) + 1000)


def train(folder: Path, seed: int = 3) -> None:
    """In a process of its own: train, with a checkpoint, and save."""
    runtime.configure(seed)
    checkpoint = Checkpoint(folder / "checkpoint", "one")
    classifier = network()
    history, _ = fit(classifier, pictures(), pictures(10, 1), RECIPE, checkpoint=checkpoint)
    save_model(classifier, folder / "model.keras")
    np.save(folder / "history.npy", np.concatenate([epoch.logits for epoch in history]))


def processes() -> multiprocessing.context.BaseContext:
    """Processes that start with TensorFlow imported and not yet used: that saves seconds each."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    return context
