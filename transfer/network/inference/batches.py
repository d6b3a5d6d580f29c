"""Stored pictures as batches of tensors, in a given order."""

import os
from collections.abc import Callable

import numpy as np
import tensorflow as tf

from transfer.errors import InputError


def picture_batches(
    source: Callable[[int], bytes] | np.ndarray, rows: np.ndarray, batch_size: int, *columns: np.ndarray
) -> tf.data.Dataset:
    """Batches of (pictures uint8 (b, size, size, 3), then a slice of each column), in the order of `rows`.

    Rows are read and decoded in parallel and ahead, without a change of their order. With the accurate DCT TensorFlow
    decodes what Pillow does, to the bit.

    source: gives the JPEG stream of one row of a store; or an array, whose rows then take the place of pictures
    rows: int (n,), n a multiple of `batch_size` (see `fill_last_batch`)
    batch_size: pictures for all devices together, which get equal parts of each batch: b is one device's
    columns: arrays of length n that go with the rows: targets, boxes, ...
    Raises InputError if the devices cannot share a batch equally.
    """
    strategy = tf.distribute.get_strategy()
    devices = strategy.num_replicas_in_sync
    if batch_size % devices:
        raise InputError(f"a batch of {batch_size} pictures cannot be shared by {devices} devices; take a multiple.")
    load = _take_rows if isinstance(source, np.ndarray) else _decode_streams

    def this_machines_part(context: tf.distribute.InputContext) -> tf.data.Dataset:
        # A consecutive part of each batch: (batches, machines, pictures of a batch for each machine).
        machines = context.num_input_pipelines
        positions = np.arange(len(rows)).reshape(-1, machines, batch_size // machines)
        mine = positions[:, context.input_pipeline_id].ravel()
        parts = [np.asarray(column)[mine] for column in (rows, *columns)]
        return load(source, parts, batch_size // devices).prefetch(2).with_options(_options())

    return strategy.distribute_datasets_from_function(this_machines_part)


def fill_last_batch(rows: np.ndarray, batch_size: int) -> np.ndarray:
    """Repeat the first rows at the end, so that all batches are full.

    Then all have one shape, which means one traced graph, and equal work for all devices.

    rows: (n, ...)
    batch_size: pictures
    """
    return np.resize(rows, -(-len(rows) // batch_size) * batch_size)


# Op determinism makes TensorFlow drop parallel maps and prefetching from a pipeline with a stateful operation, which
# `numpy_function` is by default. Reading a row depends on nothing but the row: stateful=False.


def _decode_streams(read: Callable[[int], bytes], columns: list[np.ndarray], batch_size: int) -> tf.data.Dataset:
    def streams(rows: np.ndarray) -> np.ndarray:
        return np.array([read(int(row)) for row in rows], object)

    def load(rows: tf.Tensor) -> tf.Tensor:
        loaded = tf.numpy_function(streams, [rows], tf.string, stateful=False)
        loaded.set_shape([batch_size])
        return loaded

    def decode(stream: tf.Tensor) -> tf.Tensor:
        return tf.io.decode_jpeg(stream, channels=3, dct_method="INTEGER_ACCURATE")

    # Rows are read by the batch (one call into Python each), decoded one by one on all cores, and batched again.
    slices = tf.data.Dataset.from_tensor_slices(tuple(columns)).batch(batch_size, drop_remainder=True)
    return (
        slices.map(lambda rows, *rest: (load(rows), *rest))
        .unbatch()
        .map(lambda stream, *rest: (decode(stream), *rest), num_parallel_calls=os.cpu_count(), deterministic=True)
        .batch(batch_size, drop_remainder=True)
    )


def _take_rows(source: np.ndarray, columns: list[np.ndarray], batch_size: int) -> tf.data.Dataset:
    def take(rows: tf.Tensor) -> tf.Tensor:
        taken = tf.numpy_function(lambda positions: source[positions], [rows], source.dtype, stateful=False)
        taken.set_shape([batch_size, *source.shape[1:]])
        return taken

    slices = tf.data.Dataset.from_tensor_slices(tuple(columns)).batch(batch_size, drop_remainder=True)
    return slices.map(lambda rows, *rest: (take(rows), *rest))


def _options() -> tf.data.Options:
    options = tf.data.Options()
    options.threading.private_threadpool_size = os.cpu_count()  # apart from the one inter-op thread
    # The tuner sleeps 10 ms, then twice as long each time, and a pass that is over waits until it wakes: up to as long
    # again as the pass took. There is nothing for it to tune.
    options.autotune.enabled = False
    return options
