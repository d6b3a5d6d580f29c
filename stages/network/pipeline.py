"""Stored pictures as batches of tensors, in an order that is given, not drawn here."""

import os
from collections.abc import Callable

import numpy as np
import tensorflow as tf


def batches(read: Callable[[int], bytes], rows: np.ndarray, batch_size: int, *columns: np.ndarray) -> tf.data.Dataset:
    """Batches of (pictures uint8 (b, size, size, 3), then a slice of each of `columns`), in the order of `rows`.

    read: gives the JPEG stream of one row of the store
    rows: int (n,), which rows, in which order
    columns: arrays of length n that go with them: targets, boxes, ...

    Decoding runs in parallel and ahead; the order stays. The accurate DCT equals Pillow's to the bit.
    """

    def streams(selected: np.ndarray) -> np.ndarray:
        return np.array([read(int(row)) for row in selected], object)

    def decode(stream: tf.Tensor) -> tf.Tensor:
        return tf.io.decode_jpeg(stream, channels=3, dct_method="INTEGER_ACCURATE")

    def load(selected: tf.Tensor) -> tf.Tensor:
        loaded = tf.numpy_function(streams, [selected], tf.string)
        loaded.set_shape([None])
        return loaded

    # Rows are read by the batch (one call into Python each), decoded one by one on all cores, and batched again.
    slices = tf.data.Dataset.from_tensor_slices((np.asarray(rows), *columns)).batch(batch_size)
    pictures = (
        slices.map(lambda selected, *rest: (load(selected), *rest))
        .unbatch()
        .map(lambda stream, *rest: (decode(stream), *rest), num_parallel_calls=tf.data.AUTOTUNE, deterministic=True)
        .batch(batch_size)
        .prefetch(2)
    )
    options = tf.data.Options()
    options.threading.private_threadpool_size = os.cpu_count()  # apart from the one inter-op thread
    return pictures.with_options(options)
