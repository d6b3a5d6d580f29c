"""A classifier: a backbone, one dense layer and the link. It takes raw RGB and gives probabilities."""

import keras
import numpy as np

from transfer.network.link import link_for


def assemble(backbone: keras.Model, kernel: np.ndarray, bias: np.ndarray) -> keras.Model:
    """Put a trained head on a backbone.

    The classifier takes RGB in [0, 255], float32 (n, size, size, 3), and gives float32 (n, units): the probability of
    each class, or in the binary form that of the positive one. Its layer `logit`, before the link, is the one to
    compute a loss from.

    backbone: as from `backbones.build`
    kernel: float (width, units), for the backbone's pooled features as they are
    bias: float (units,)
    """
    logit = keras.layers.Dense(kernel.shape[1], dtype="float32", name="logit")
    output = _probability(logit(backbone.output), name="probability")
    logit.set_weights([kernel, bias])
    return keras.Model(backbone.input, output, name="classifier")


def logits_of(classifier: keras.Model) -> keras.Model:
    """The same network (shared weights) up to its logits, float32 (n, units)."""
    return keras.Model(classifier.input, classifier.get_layer("logit").output)


def mirror_averaged(classifier: keras.Model, distance: keras.layers.Layer | None = None) -> keras.Model:
    """A classifier with the same weights, whose logits are the mean of those for a picture and for its mirror image.

    distance: of features; what it gives for the picture as it is becomes a second output
    """
    logit, picture = classifier.get_layer("logit"), classifier.input
    network = keras.Model(picture, [logit.output, *([distance(logit.input)] if distance else [])])
    (one, *others), (other, *_) = network(picture), network(keras.ops.flip(picture, axis=2))
    probability = _probability(keras.layers.Average(dtype="float32", name="logit")([one, other]))
    return keras.Model(picture, [probability, *others] if others else probability, name="mirrored")


def _probability(logit: keras.KerasTensor, **arguments: str) -> keras.KerasTensor:
    return keras.layers.Activation(link_for(logit.shape[-1]).activation, dtype="float32", **arguments)(logit)
