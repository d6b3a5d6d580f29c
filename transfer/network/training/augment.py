"""Augmentation by flips and random resized crops: boxes are drawn first, and applied in one operation."""

import numpy as np
import tensorflow as tf


def draw_boxes(seed: int, epoch: int, keys: np.ndarray, min_area: float) -> np.ndarray:
    """Draw one crop for each picture, which depends only on seed, epoch and the picture's own key.

    So it is the same in any order, on any number of workers, and after a training was resumed. The share of a picture's
    area is uniform on [min_area, 1], the aspect ratio log-uniform on [3/4, 4/3] as far as it fits. (In Szegedy et al.,
    2015, areas may be smaller.)

    seed: of the run
    epoch: from 1
    keys: uint64 (n,), one a picture
    min_area: in (0, 1]
    Returns boxes, float32 (n, 4), as (top, left, bottom, right) in [0, 1]; left > right means flipped.
    """
    u = np.stack([np.random.Generator(np.random.Philox(key=[seed, key], counter=epoch)).random(5) for key in keys])
    area = min_area + (1 - min_area) * u[:, 0]
    ratio = np.clip(np.sqrt((3 / 4) ** (1 - 2 * u[:, 1])), np.sqrt(area), 1 / np.sqrt(area))
    height, width = np.sqrt(area) * ratio, np.sqrt(area) / ratio
    top, left = (1 - height) * u[:, 2], (1 - width) * u[:, 3]
    right = left + width
    flipped = u[:, 4] < 0.5
    edges = top, np.where(flipped, right, left), top + height, np.where(flipped, left, right)
    return np.stack(edges, axis=1).astype(np.float32)


def crop(pictures: tf.Tensor, boxes: tf.Tensor) -> tf.Tensor:
    """Cut each box out of its picture and resize it, bilinearly, to the picture's size.

    pictures: (n, size, size, 3), of any type of number
    boxes: float32 (n, 4), as from `draw_boxes`; (0, 0, 1, 1) changes nothing, (0, 1, 1, 0) mirrors
    Returns float32 (n, size, size, 3).
    """
    pictures = tf.cast(pictures, tf.float32)  # on the device: GPUs crop no other type, and bytes cross the bus faster
    return tf.image.crop_and_resize(pictures, boxes, tf.range(tf.shape(boxes)[0]), tf.shape(pictures)[1:3])
