"""A network applied to stored pictures, batch by batch, on all devices."""

import sys
from collections.abc import Callable, Iterable, Iterator

import keras
import numpy as np
import tensorflow as tf
from tqdm import tqdm

from transfer.network.inference.batches import fill_last_batch, picture_batches
from transfer.network.inference.folding import fold
from transfer.network.runtime import MemoryTooSmall, device_errors

MOST_FETCHED, MOST_BYTES = 16, 2**26  # values that wait on a GPU until they are fetched; their bytes


def compile_inference(network: keras.Model, jit_compile: bool = False) -> Callable[[tf.Tensor], tf.Tensor]:
    """Compile a network in inference mode: it takes a batch of uint8 pictures and gives float32 outputs (b, ...).

    Where several devices share each batch, the batch is one of `picture_batches`, and every device gets all outputs, in
    order. Tracing takes seconds: keep the result.

    network: functional, with one input and one output
    jit_compile: compile with XLA
    """
    strategy, folded = tf.distribute.get_strategy(), fold(network)

    @tf.function(jit_compile=jit_compile)
    def forward(pictures: tf.Tensor) -> tf.Tensor:
        return tf.cast(folded(pictures, training=False), tf.float32)

    @tf.function
    def call(pictures: tf.Tensor) -> tf.Tensor:
        return strategy.run(lambda part: gather_replicas(forward(part)), args=(pictures,))

    return call


def gather_replicas(part: tf.Tensor) -> tf.Tensor:
    """Concatenate the parts of all devices along the first axis; called on each of them.

    part: this device's, (b, ...)
    Returns (b * devices, ...), the same on every device.
    """
    return tf.distribute.get_replica_context().all_gather(part, axis=0)


def fetch_arrays(values: Iterable[tf.Tensor]) -> Iterator[np.ndarray]:
    """Yield each value as an array. From a GPU several are fetched at a time, since it is idle while one is.

    values: each the same on all devices
    """
    strategy, waiting = tf.distribute.get_strategy(), []
    most = MOST_FETCHED if tf.config.get_visible_devices("GPU") else 1
    for value in values:
        waiting.append(strategy.experimental_local_results(value)[0])
        bytes_waiting = len(waiting) * waiting[0].dtype.size * waiting[0].shape.num_elements()
        if len(waiting) == most or bytes_waiting > MOST_BYTES:
            yield from (one.numpy() for one in waiting)
            waiting = []
    yield from (one.numpy() for one in waiting)


def predict_padded(call: Callable[[tf.Tensor], tf.Tensor], pictures: np.ndarray, batch_size: int) -> np.ndarray:
    """The outputs for a batch that need not be full; a picture's output does not depend on the others in its batch.

    The batch is filled up with black pictures. For batches of another size the libraries below may sum in another
    order, and the last digits differ; on CPUs they do so for a picture alone.

    call: as from `compile_inference`
    pictures: uint8 (b, size, size, 3), at most `batch_size`
    batch_size: pictures
    Returns float32 (b, ...).
    """
    missing = batch_size - len(pictures)
    return call(np.pad(pictures, ((0, missing), (0, 0), (0, 0), (0, 0)))).numpy()[: len(pictures)]


def forward_batches(
    call: Callable[[tf.Tensor], tf.Tensor],
    source: Callable[[int], bytes] | np.ndarray,
    rows: np.ndarray,
    batch_size: int,
    what: str = "",
) -> Iterator[np.ndarray]:
    """Yield the outputs of one batch of pictures after the other, float32 (b, ...), in the order of `rows`.

    call: as from `compile_inference`
    source: see `picture_batches`
    rows: int (n,)
    batch_size: pictures; rounded up to a multiple of the number of devices, and halved where memory is too small
    what: names the progress bar; "" shows none
    """
    replicas = tf.distribute.get_strategy().num_replicas_in_sync
    batch_size, left = -(-batch_size // replicas) * replicas, rows
    with tqdm(desc=what, total=len(rows), unit="picture", disable=None if what else True) as progress:
        while len(left):
            try:
                with device_errors(batch_size, "take a smaller image.size, or hardware.devices: cpu"):
                    for outputs in _forward(call, source, left, batch_size):
                        yield outputs
                        progress.update(len(outputs))
                        left = left[len(outputs) :]
            except MemoryTooSmall:
                if batch_size == replicas:
                    raise
                batch_size = batch_size // replicas // 2 * replicas
                progress.write(f"the device's memory is too small; going on with batches of {batch_size}", sys.stderr)


def _forward(call: Callable, source: Callable | np.ndarray, rows: np.ndarray, batch_size: int) -> Iterator[np.ndarray]:
    left = len(rows)
    data = picture_batches(source, fill_last_batch(rows, batch_size), batch_size)
    for outputs in fetch_arrays(call(pictures) for (pictures,) in data):
        yield outputs[:left]
        left -= len(outputs)
