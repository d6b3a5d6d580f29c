"""Stored pictures as batches of tensors, in an order that is given, not drawn here."""

import os
from collections.abc import Callable

import numpy as np
import tensorflow as tf

from transfer.errors import InputError


def picture_batches(
    source: Callable[[int], bytes] | np.ndarray, rows: np.ndarray, batch_size: int, *columns: np.ndarray
) -> tf.data.Dataset:
    """Batches of (pictures uint8 (b, size, size, 3), then a slice of each of `columns`), in the order of `rows`.

    source: gives the JPEG stream of one row of the store; or an array, whose rows then come in place of pictures
    rows: int (n,), which rows, in which order; n is a multiple of `batch_size` (see `filled`)
    batch_size: of all replicas of the process's strategy together, which get equal shares: b is one replica's
    columns: arrays of length n that go with them: targets, boxes, ...

    Decoding runs in parallel and ahead; the order stays. The accurate DCT equals Pillow's to the bit.
    Raises InputError if the replicas cannot share a batch equally.
    """
    strategy = tf.distribute.get_strategy()
    replicas = strategy.num_replicas_in_sync
    if batch_size % replicas:
        raise InputError(f"a batch of {batch_size} pictures cannot be shared by {replicas} devices; take a multiple.")

    def share(context: tf.distribute.InputContext) -> tf.data.Dataset:
        # Of each batch, the consecutive part that falls to this machine.
        places = np.arange(len(rows)).reshape(
            -1, context.num_input_pipelines, batch_size // context.num_input_pipelines
        )
        mine = places[:, context.input_pipeline_id].ravel()
        selected = [np.asarray(column)[mine] for column in (rows, *columns)]
        taken = (_taken if isinstance(source, np.ndarray) else _decoded)(source, selected, batch_size // replicas)
        return taken.prefetch(2).with_options(_options())

    return strategy.distribute_datasets_from_function(share)


def fill_last_batch(rows: np.ndarray, batch_size: int) -> np.ndarray:
    """`rows` with its first ones once more at the end, so that all batches are full and of one shape.

    One shape is one traced graph, and equal work for all replicas.
    """
    return np.resize(rows, -(-len(rows) // batch_size) * batch_size)


def _decoded(read: Callable[[int], bytes], columns: list[np.ndarray], batch_size: int) -> tf.data.Dataset:
    def streams(selected: np.ndarray) -> np.ndarray:
        return np.array([read(int(row)) for row in selected], object)

    def decode(stream: tf.Tensor) -> tf.Tensor:
        return tf.io.decode_jpeg(stream, channels=3, dct_method="INTEGER_ACCURATE")

    def load(selected: tf.Tensor) -> tf.Tensor:
        loaded = tf.numpy_function(streams, [selected], tf.string)
        loaded.set_shape([batch_size])
        return loaded

    # Rows are read by the batch (one call into Python each), decoded one by one on all cores, and batched again.
    slices = tf.data.Dataset.from_tensor_slices(tuple(columns)).batch(batch_size, drop_remainder=True)
    return (
        slices.map(lambda selected, *rest: (load(selected), *rest))
        .unbatch()
        .map(lambda stream, *rest: (decode(stream), *rest), num_parallel_calls=os.cpu_count(), deterministic=True)
        .batch(batch_size, drop_remainder=True)
    )


def _taken(source: np.ndarray, columns: list[np.ndarray], batch_size: int) -> tf.data.Dataset:
    def take(selected: tf.Tensor) -> tf.Tensor:
        taken = tf.numpy_function(lambda rows: source[rows], [selected], source.dtype)
        taken.set_shape([batch_size, *source.shape[1:]])
        return taken

    slices = tf.data.Dataset.from_tensor_slices(tuple(columns)).batch(batch_size, drop_remainder=True)
    return slices.map(lambda selected, *rest: (take(selected), *rest))


def _options() -> tf.data.Options:
    options = tf.data.Options()
    options.threading.private_threadpool_size = os.cpu_count()  # apart from the one inter-op thread
    # The tuner sleeps 10 ms, then twice as long each time, and a pass that is over waits until it wakes: up to as long
    # again as the pass took. There is nothing for it to tune.
    options.autotune.enabled = False
    return options
