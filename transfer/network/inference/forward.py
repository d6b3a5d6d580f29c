"""A network applied to stored pictures, batch by batch, on all devices."""

from collections.abc import Callable, Iterable, Iterator

import keras
import numpy as np
import tensorflow as tf
from tqdm import tqdm

from transfer.network.inference.batches import fill_last_batch, picture_batches
from transfer.network.inference.folding import Folded
from transfer.network.runtime import device_errors


def compile_inference(network: keras.Model, jit_compile: bool = False) -> Callable[[tf.Tensor], tf.Tensor]:
    """`network` in inference mode as one graph: a batch of uint8 pictures to its float32 outputs (b, ...).

    Under a strategy that has several replicas the batch is one of `pipeline.batches`, and what each replica gets is
    all of the outputs, in order. Tracing takes seconds: keep what this returns.
    """
    strategy, folded = tf.distribute.get_strategy(), Folded(network)

    @tf.function(jit_compile=jit_compile)
    def forward(pictures: tf.Tensor) -> tf.Tensor:
        return tf.cast(folded(pictures), tf.float32)

    @tf.function
    def call(pictures: tf.Tensor) -> tf.Tensor:
        return strategy.run(lambda share: gather_replicas(forward(share)), args=(pictures,))

    return call


def gather_replicas(share: tf.Tensor) -> tf.Tensor:
    """In a replica: the shares of all replicas, one below the other."""
    return tf.distribute.get_replica_context().all_gather(share, axis=0)


def prefetch_arrays(values: Iterable[tf.Tensor]) -> Iterator[np.ndarray]:
    """Each value, which is the same on all replicas, as an array, once the next is under way: no GPU waits for us."""
    strategy, last = tf.distribute.get_strategy(), None
    for value in values:
        if last is not None:
            yield last.numpy()
        last = strategy.experimental_local_results(value)[0]
    if last is not None:
        yield last.numpy()


def predict_padded(call: Callable[[tf.Tensor], tf.Tensor], pictures: np.ndarray, batch_size: int) -> np.ndarray:
    """What `call` gives for at most `batch_size` pictures, uint8 (b, size, size, 3); the same whatever goes with them.

    A batch is always as large as can be, black pictures in the places that are free: for batches of another size the
    libraries below may sum in another order, and the last digits differ (of one picture alone, on CPUs, they do).
    """
    free = batch_size - len(pictures)
    return call(np.pad(pictures, ((0, free), (0, 0), (0, 0), (0, 0)))).numpy()[: len(pictures)]


def predict_probabilities(
    network: keras.Model,
    source: Callable[[int], bytes] | np.ndarray,
    rows: np.ndarray,
    batch_size: int,
    what: str = "",
) -> np.ndarray:
    """What a network of one output gives for all of `rows`, float32 (n,); the other arguments as for `outputs`."""
    return np.concatenate(list(forward_batches(compile_inference(network), source, rows, batch_size, what)))[:, 0]


def forward_batches(
    call: Callable[[tf.Tensor], tf.Tensor],
    source: Callable[[int], bytes] | np.ndarray,
    rows: np.ndarray,
    batch_size: int,
    what: str = "",
) -> Iterator[np.ndarray]:
    """Yield what `call` gives for one batch of pictures after the other, in the order of `rows`.

    source: see `pipeline.batches`; rows: int (n,); what: names the progress bar, "" shows none
    batch_size: at least so many; more where the devices could not share it equally
    """
    replicas = tf.distribute.get_strategy().num_replicas_in_sync
    batch_size = -(-batch_size // replicas) * replicas
    left = len(rows)
    progress = tqdm(desc=what, total=left, unit="picture", disable=None if what else True)
    with progress, device_errors(batch_size):
        data = picture_batches(source, fill_last_batch(rows, batch_size), batch_size)
        for values in prefetch_arrays(call(pictures) for (pictures,) in data):
            yield values[:left]
            progress.update(min(left, batch_size))
            left -= len(values)
