"""Where in a picture a classifier finds evidence for a class: Grad-CAM (Selvaraju et al., 2017).

Grad-CAM is the sum of the last feature maps, each weighted by the gradient of the output with respect to it. All
backbones here average their last maps over the picture before the head. So the gradient is the same all over a map, and
only the few layers after the average have to be differentiated. Where the head follows directly, the weights are the
head's own, and this is the class activation map of Zhou et al., 2016. ConvNeXt normalises in between.

Vision transformers have tokens of patches in the place of maps. What counts are those that enter the last block: above
it a class token has what it will ever learn of the patches, and no gradient would reach them.
"""

from collections.abc import Sequence

import keras
import numpy as np
import tensorflow as tf

from transfer.network.link import link_for
from transfer.network.vision_transformer import PATCH_GRID, PREFIX

CHUNK = 8  # pictures at a time, to bound memory


def class_evidence(classifier: keras.Model, pictures: Sequence[np.ndarray], targets: Sequence[int]) -> list[np.ndarray]:
    """How much each region of a picture speaks for a class and against the others, or, below zero, the other way.

    Where the head follows directly upon the average, the mean of a picture's map, plus what the head's bias says, is
    the class' evidence, see `Sigmoid.evidence`.

    classifier: as from `classifier.assemble`
    pictures: n of (size, size, 3), RGB in [0, 255]
    targets: n indices of classes, one a picture
    Returns n Grad-CAMs without their rectifier, float32 (h, w) as the last feature maps, 7 x 7 for 224 pixels, or as
    the grid of patches.
    """
    maps, cut = _maps_and_cut(classifier)
    below = keras.Model(classifier.input, [maps, *cut])
    above = keras.Model(cut, classifier.get_layer("logit").output)
    link, found = link_for(above.output.shape[-1]), []
    for start in range(0, len(pictures), CHUNK):
        chunk = tf.cast(np.stack(pictures[start : start + CHUNK]), tf.float32)
        maps, *values = below(chunk, training=False)
        with tf.GradientTape() as tape:
            tape.watch(values)
            evidence = link.evidence(tf.constant(targets[start : start + CHUNK]), above(values, training=False))
        gradient = tape.gradient(evidence, values[0])
        weights = tf.reduce_sum(gradient, axis=list(range(1, len(gradient.shape) - 1)))  # (n, c)
        found += list(tf.einsum("nhwc,nc->nhw", maps, weights).numpy())
    return found


def _maps_and_cut(classifier: keras.Model) -> tuple[keras.KerasTensor, list[keras.KerasTensor]]:
    """The last maps, and the tensors that all above them hangs on: first the one to differentiate by."""
    layers = {layer.name: layer for layer in classifier.layers}
    if PATCH_GRID in layers:
        grid = layers[PATCH_GRID].output
        return grid, [grid, *(layers[name].output for name in (PREFIX,) if name in layers)]
    pool = [layer for layer in classifier.layers if isinstance(layer, keras.layers.GlobalAveragePooling2D)][-1]
    return pool.input, [pool.output]
