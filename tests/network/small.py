"""Networks of a few layers, which train in a second, and pictures for them."""

import multiprocessing
from dataclasses import replace
from pathlib import Path

import keras
import numpy as np
from PIL import Image

from transfer.dataset.drawn import draw
from transfer.dataset.pictures import decode, encode, resize
from transfer.network import blocks, runtime
from transfer.network.link import link_for
from transfer.network.model_file import save_model
from transfer.network.training.checkpoint import Checkpoint
from transfer.network.training.loop import fit
from transfer.network.training.recipe import LabelledPictures, Recipe

SIZE, N = 32, 22
KINDS = ("cats", "dogs", "rabbits")
RECIPE = Recipe(epochs=14, learning_rate=1e-2, warmup_epochs=0.5, weight_decay=0.01, batch_size=8, min_area=0.7, seed=3)
SHORT = replace(RECIPE, epochs=2)
FAMILY = "efficientnet_lite0"  # whose layers' names `in_blocks` has


def network(units: int = 1) -> keras.Model:
    """A classifier with what is hard to resume: dropout, and normalisation that is trained."""
    keras.utils.set_random_seed(5)
    layers = keras.layers
    picture = keras.Input((SIZE, SIZE, 3))
    x = layers.Rescaling(1 / 255)(picture)
    x = layers.Conv2D(8, 3, strides=2)(x)
    x = layers.Activation("relu")(layers.BatchNormalization()(x))
    x = layers.GlobalAveragePooling2D()(layers.Dropout(0.3)(x))
    x = layers.Activation(link_for(units).activation, name="probability")(layers.Dense(units, name="logit")(x))
    return keras.Model(picture, x, name="classifier")


def in_blocks(unfreeze: str | float = "top", units: int = 1) -> keras.Model:
    """A classifier of three blocks and a top, called like those of EfficientNet; its normalisation is frozen.

    What block1 gives has more numbers than a picture, what block2 and block3 give has fewer.
    """
    keras.utils.set_random_seed(5)
    layers = keras.layers
    picture = keras.Input((SIZE, SIZE, 3))
    x = layers.Rescaling(1 / 32, -4.0, name="scale")(picture)
    for block, layer in {
        "block1a": layers.Conv2D(16, 3, strides=2, padding="same", name="block1a_conv"),
        "block2a": layers.DepthwiseConv2D(3, strides=2, padding="same", use_bias=False, name="block2a_conv"),
        "block3a": layers.Conv2D(16, 1, use_bias=False, name="block3a_conv"),
        "top": layers.Conv2D(32, 1, use_bias=False, name="top_conv"),
    }.items():
        x = layers.ReLU(name=f"{block}_activation")(layers.BatchNormalization(name=f"{block}_bn")(layer(x)))
    x = layers.GlobalAveragePooling2D(name="pool")(x)
    logit = layers.Dense(units, kernel_initializer=keras.initializers.RandomNormal(0, 0.01), name="logit")
    x = layers.Activation(link_for(units).activation, name="probability")(logit(x))
    classifier = with_statistics(keras.Model(picture, x, name="classifier"))
    blocks.unfreeze(classifier, FAMILY, unfreeze)
    return classifier


def with_statistics(model: keras.Model) -> keras.Model:
    """Normalisation as if it had been trained: none of its terms is 0 or 1."""
    draws = np.random.default_rng(1)
    for layer in model.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            count = layer.moving_mean.shape
            layer.moving_mean.assign(draws.normal(0, 0.2, count))
            layer.moving_variance.assign(draws.uniform(0.7, 1.4, count))
            if layer.scale:
                layer.gamma.assign(draws.uniform(0.7, 1.4, count))
            if layer.center:
                layer.beta.assign(draws.uniform(-0.4, 0.4, count))
    return model


def shades(count: int, size: int = SIZE, classes: int = 2) -> LabelledPictures:
    """Dark and bright pictures in turn, and between the two if there are more classes, each of another shade."""
    draws = np.random.default_rng(2)
    rows = np.arange(count)
    levels = np.linspace(90, 160, classes).astype(int)[rows % classes] + draws.integers(-60, 60, count)
    noise = draws.integers(-20, 20, (count, size, size, 3))
    streams = [encode(Image.fromarray((levels[row] + noise[row]).astype(np.uint8))) for row in rows]
    return LabelledPictures(streams.__getitem__, rows, rows % classes, rows.astype(np.uint64) + 1000)


def pictures(count: int = N, seed: int = 0, classes: int = 2) -> LabelledPictures:
    """Drawn cats and dogs, and rabbits if there are three classes, in turn."""
    rows = np.arange(count)
    streams = [encode(resize(draw(KINDS[row % classes], row // classes, seed), SIZE)) for row in rows]
    return LabelledPictures(streams.__getitem__, rows, rows % classes, rows.astype(np.uint64) + 1000)


def pixels(some: LabelledPictures) -> np.ndarray:
    """The pictures decoded, float32 (n, SIZE, SIZE, 3)."""
    return np.stack([np.asarray(decode(some.read(row)), np.float32) for row in some.rows])


def train(folder: Path, seed: int = 3, units: int = 1) -> None:
    """In a process of its own: train, with a checkpoint, and save."""
    runtime.configure(seed)
    checkpoint = Checkpoint(folder / "checkpoint", "one")
    classifier, classes = network(units), max(units, 2)
    parts = pictures(classes=classes), pictures(10, 1, classes)
    history, _ = fit(classifier, *parts, RECIPE, checkpoint=checkpoint)
    save_model(classifier, folder / "model.keras")
    np.save(folder / "history.npy", np.array(history))


def processes() -> multiprocessing.context.BaseContext:
    """Processes that start with TensorFlow imported and not yet used: that saves seconds each."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    return context
