"""Where in a picture a classifier finds evidence for a class: Grad-CAM (Selvaraju et al., 2017).

Grad-CAM is the sum of the last feature maps, each weighted by the gradient of the output with respect to it. All
backbones here average their last maps over the picture before the head. So the gradient is the same all over a map, and
only the few layers after the average have to be differentiated. Where the head follows directly, the weights are the
head's own, and this is the class activation map of Zhou et al., 2016. ConvNeXt normalises in between.

Vision transformers have tokens of patches in the place of maps. What counts are those that enter the last block: above
it a class token has what it will ever learn of the patches, and no gradient would reach them.
"""

from collections.abc import Callable, Sequence

import keras
import numpy as np
import tensorflow as tf

from transfer.network.link import link_for
from transfer.network.side_by_side import FEATURES, parts_of
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
    the grid of patches; of several backbones side by side the sum, on the finest grid.
    """
    networks = parts_of(classifier)
    output = classifier.get_layer("logit").output
    if networks:
        halves = [_halves(network, network.output) for network in networks]
        head = keras.Model(classifier.get_layer(FEATURES).input, output)
    else:
        halves, head = [_halves(classifier, output)], _first
    link, found = link_for(output.shape[-1]), []
    for start in range(0, len(pictures), CHUNK):
        chunk = tf.cast(np.stack(pictures[start : start + CHUNK]), tf.float32)
        lower = [below(chunk, training=False) for below, _ in halves]
        with tf.GradientTape() as tape:
            tape.watch([values for _, *values in lower])
            features = [above(values, training=False) for (_, *values), (_, above) in zip(lower, halves, strict=True)]
            logits = head(features, training=False)
            evidence = link.evidence(tf.constant(targets[start : start + CHUNK]), logits)
        gradients = tape.gradient(evidence, [values[0] for _, *values in lower])
        found += list(_add([_weigh(maps, gradient) for (maps, *_), gradient in zip(lower, gradients, strict=True)]))
    return found


def _weigh(maps: tf.Tensor, gradient: tf.Tensor) -> tf.Tensor:
    """The sum of a network's maps (n, h, w, c), each by what the evidence gains with it: (n, h, w)."""
    weights = tf.reduce_sum(gradient, axis=list(range(1, len(gradient.shape) - 1)))  # (n, c)
    return tf.einsum("nhwc,nc->nhw", maps, weights)


def _add(maps: list[tf.Tensor]) -> np.ndarray:
    """The sum of the maps of several networks, each (n, h, w), stretched to the finest of them."""
    finest = max((tuple(one.shape[1:]) for one in maps), key=np.prod)
    return sum(tf.image.resize(one[..., None], finest)[..., 0] for one in maps).numpy() if maps[1:] else maps[0].numpy()


def _halves(network: keras.Model, output: keras.KerasTensor) -> tuple[keras.Model, Callable]:
    """A network cut in two: what gives the last maps and all that the rest hangs on, and the rest up to `output`."""
    maps, cut = _maps_and_cut(network)
    below = keras.Model(network.input, [maps, *cut])
    return below, _first if output is cut[0] else keras.Model(cut, output)


def _first(values: list[tf.Tensor], training: bool) -> tf.Tensor:
    return values[0]


def _maps_and_cut(network: keras.Model) -> tuple[keras.KerasTensor, list[keras.KerasTensor]]:
    """The last maps, and the tensors that all above them hangs on: first the one to differentiate by."""
    layers = {layer.name: layer for layer in network.layers}
    if PATCH_GRID in layers:
        grid = layers[PATCH_GRID].output
        return grid, [grid, *(layers[name].output for name in (PREFIX,) if name in layers)]
    pool = [layer for layer in network.layers if isinstance(layer, keras.layers.GlobalAveragePooling2D)][-1]
    return pool.input, [pool.output]
