"""The frozen bottom of a network: computed once for pictures that come again, instead of in every epoch."""

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

from transfer.network.inference.forward import compile_inference, forward_batches
from transfer.network.training.recipe import LabelledPictures, Recipe


@dataclass(frozen=True)
class InputSource:
    """Where a network's input comes from: `source` as for `pipeline.batches`, `rows` int (n,) of it, one a picture.

    Where `source` is an array, what the frozen bottom made of a picture's mirror image may be in the row below it.
    """

    network: keras.Model
    source: Callable[[int], bytes] | np.ndarray
    rows: np.ndarray


def split_at_trainable(network: keras.Model) -> tuple[keras.Model, keras.Model] | None:
    """Cut a network in two below its first trainable layer: (bottom, top), which share its weights.

    None where there is no frozen bottom, where more than one tensor goes up from it, or where that tensor has more
    numbers than the picture: then it is cheaper to compute it than to read it.
    """
    steps = network.operations  # the layers, and what is no layer, such as ConvNeXt's additions
    cut = next((index for index, step in enumerate(steps) if index and getattr(step, "trainable", False)), 1)
    above = {id(step) for step in steps[cut:]}
    inputs = [tensor for step in steps[cut:] for tensor in step._inbound_nodes[0].input_tensors]
    crossing = {id(tensor): tensor for tensor in inputs if id(tensor._keras_history.operation) not in above}
    if cut < 2 or len(crossing) != 1:
        return None
    (tensor,) = crossing.values()
    if np.prod(tensor.shape[1:]) > np.prod(network.input.shape[1:]):
        return None
    return keras.Model(network.input, tensor), keras.Model(tensor, network.output)


def input_source(
    network: keras.Model,
    parts: tuple[keras.Model, keras.Model] | None,
    pictures: LabelledPictures,
    recipe: Recipe,
    views: int,
    folder: Path | None,
) -> InputSource:
    """What a training is fed with: `pictures`, or what the frozen bottom made of them, where that helps.

    parts: as from `split`, or None where the same picture does not come again
    views, folder: see `remember`
    """
    if parts:
        bottom = compile_inference(parts[0], recipe.jit_compile)
        kept = cache_activations(bottom, pictures.read, pictures.rows, recipe.batch_size, views, folder)
        if kept is not None:
            return InputSource(parts[1], kept, np.arange(0, len(kept), views))
    return InputSource(network, pictures.read, pictures.rows)


def cache_activations(
    bottom: Callable[[tf.Tensor], tf.Tensor],
    read: Callable[[int], bytes],
    rows: np.ndarray,
    batch_size: int,
    views: int,
    folder: Path | None,
) -> np.ndarray | None:
    """What the frozen bottom makes of pictures, in a file that is mapped into memory and vanishes with the process.

    bottom: as from `inference.compiled`
    read: gives the JPEG stream of one row of the store; rows: int (n,)
    views: 1; or 2, each picture and its mirror image
    folder: where the file lies; None: where temporary files do
    Returns float32 (n * views, ...), views of one picture below each other; None if the disk is too full for it.
    """
    kept = None
    for view in range(views):
        call = (lambda pictures: bottom(mirror(pictures))) if view else bottom
        done = view
        for values in forward_batches(call, read, rows, batch_size, "frozen blocks"):
            if kept is None:
                shape = (len(rows) * views, *values.shape[1:])
                if values.itemsize * np.prod(shape) > shutil.disk_usage(folder or tempfile.gettempdir()).free / 2:
                    return None
                with tempfile.TemporaryFile(dir=folder) as file:
                    kept = np.memmap(file, np.float32, "w+", shape=shape)
            kept[done : done + len(values) * views : views] = values
            done += len(values) * views
    return kept


@tf.function
def mirror(pictures: tf.Tensor) -> tf.Tensor:
    """Pictures (b, height, width, channels), left and right exchanged, on each replica its own."""
    return tf.distribute.get_strategy().run(lambda share: share[:, :, ::-1], args=(pictures,))
