"""A network applied to stored pictures, batch by batch."""

from collections.abc import Callable, Iterator

import keras
import numpy as np
import tensorflow as tf
from tqdm import tqdm

from stages.network.pipeline import batches


def compiled(network: keras.Model) -> Callable[[tf.Tensor], tf.Tensor]:
    """`network` in inference mode as one graph: uint8 (b, size, size, 3) to float32. Tracing takes seconds: keep it."""

    @tf.function(input_signature=[tf.TensorSpec([None, *network.input.shape[1:]], tf.uint8)])
    def call(pictures: tf.Tensor) -> tf.Tensor:
        return network(tf.cast(pictures, tf.float32), training=False)

    return call


def apply(call: Callable[[tf.Tensor], tf.Tensor], pictures: np.ndarray, batch_size: int) -> np.ndarray:
    """What `call` gives for at most `batch_size` pictures, uint8 (b, size, size, 3); the same whatever goes with them.

    A batch is always as large as can be, black pictures in the places that are free: for batches of another size the
    libraries below may sum in another order, and the last digits differ (of one picture alone, on CPUs, they do).
    """
    free = batch_size - len(pictures)
    return call(np.pad(pictures, ((0, free), (0, 0), (0, 0), (0, 0)))).numpy()[: len(pictures)]


def outputs(
    call: Callable[[tf.Tensor], tf.Tensor],
    read: Callable[[int], bytes],
    rows: np.ndarray,
    batch_size: int,
    what: str = "",
) -> Iterator[np.ndarray]:
    """Yield what `call` gives for one batch of pictures after the other, in the order of `rows`.

    read: gives the JPEG stream of one row of the store; rows: int (n,); what: names the progress bar, "" shows none
    """
    with tqdm(desc=what, total=len(rows), unit="picture", disable=None if what else True) as progress:
        for (pictures,) in batches(read, rows, batch_size):
            yield apply(call, pictures.numpy(), batch_size)
            progress.update(len(pictures))
