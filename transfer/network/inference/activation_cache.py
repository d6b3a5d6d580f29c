"""What the frozen bottom of a network gives for pictures that come again, computed once and not in every epoch."""

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

Halves = tuple[keras.Model, keras.Model]  # the frozen bottom of a network, and the rest


@dataclass(frozen=True)
class InputSource:
    """A network and its input.

    network: the whole network, or its top where the input is cached activations
    values: gives the JPEG stream of one row of a store; or cached activations, float32 (m, ...)
    rows: int (n,), the row of each picture; where mirror images are cached, they are in the rows after these
    """

    network: keras.Model
    values: Callable[[int], bytes] | np.ndarray
    rows: np.ndarray

    @property
    def cached(self) -> bool:
        """Whether the values are activations and not pictures."""
        return isinstance(self.values, np.ndarray)


def split_at_trainable(network: keras.Model) -> Halves | None:
    """Cut a network below its first trainable layer, into two networks that share its weights.

    None where nothing below is frozen, where more than one tensor crosses the cut, or where that tensor is a map with
    more numbers than a picture: then computing it is cheaper than reading it. Not so with tokens, since a block of a
    transformer computes far more for each number.

    network: functional, with one input and one output
    """
    operations = network.operations  # layers, and what is no layer, such as the additions of ConvNeXt
    trainable = [index for index, operation in enumerate(operations) if getattr(operation, "trainable", False)]
    cut = next((index for index in trainable if index > 0), 1)  # 0 is the input
    if cut < 2:
        return None
    below = {id(tensor) for operation in operations[:cut] for tensor in keras.tree.flatten(operation.output)}
    inputs = [tensor for operation in operations[cut:] for tensor in keras.tree.flatten(operation.input)]
    crossing = {id(tensor): tensor for tensor in inputs if id(tensor) in below}
    if len(crossing) != 1:
        return None
    (tensor,) = crossing.values()
    if len(tensor.shape) > 3 and np.prod(tensor.shape[1:]) > np.prod(network.input.shape[1:]):
        return None
    return keras.Model(network.input, tensor), keras.Model(tensor, network.output)


def choose_source(
    network: keras.Model,
    halves: Halves | None,
    pictures: LabelledPictures,
    recipe: Recipe,
    views: int,
    folder: Path | None,
) -> InputSource:
    """Feed the network's top with cached activations where that helps, else the whole network with pictures.

    halves: as from `split_at_trainable`; None where the same picture does not come again
    views: see `cache_activations`
    folder: see `cache_activations`
    """
    if halves:
        bottom, top = halves
        infer = compile_inference(bottom, recipe.jit_compile)
        activations = cache_activations(infer, pictures.read, pictures.rows, recipe.batch_size, views, folder)
        if activations is not None:
            return InputSource(top, activations, np.arange(0, len(activations), views))
    return InputSource(network, pictures.read, pictures.rows)


def cache_activations(
    bottom: Callable[[tf.Tensor], tf.Tensor],
    read: Callable[[int], bytes],
    rows: np.ndarray,
    batch_size: int,
    views: int,
    folder: Path | None,
) -> np.ndarray | None:
    """Run pictures through the frozen bottom, into a file that is mapped into memory and vanishes with the process.

    bottom: as from `compile_inference`
    read: gives the JPEG stream of one row of the store
    rows: int (n,)
    batch_size: pictures
    views: 1, each picture; or 2, each picture and its mirror image
    folder: where the file is; None: where temporary files are
    Returns float32 (n * views, ...), a picture's views one after the other; None if the disk is too full for them.
    """
    activations = None
    for view in range(views):
        infer = (lambda pictures: bottom(mirror(pictures))) if view else bottom
        row = view
        for values in forward_batches(infer, read, rows, batch_size, "frozen blocks"):
            if activations is None:
                shape = (len(rows) * views, *values.shape[1:])
                if values.itemsize * np.prod(shape) > shutil.disk_usage(folder or tempfile.gettempdir()).free / 2:
                    return None
                with tempfile.TemporaryFile(dir=folder) as file:
                    activations = np.memmap(file, np.float32, "w+", shape=shape)
            activations[row : row + len(values) * views : views] = values
            row += len(values) * views
    return activations


@tf.function
def mirror(pictures: tf.Tensor) -> tf.Tensor:
    """Exchange left and right of pictures (b, height, width, channels), on each device its own."""
    return tf.distribute.get_strategy().run(lambda part: part[:, :, ::-1], args=(pictures,))
