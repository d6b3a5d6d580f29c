"""A classifier: backbone, one dense unit, sigmoid; raw RGB in, P(positive class) out."""

import keras
import numpy as np


def assemble(backbone: keras.Model, kernel: np.ndarray, bias: np.ndarray) -> keras.Model:
    """Put a trained head on a backbone.

    kernel: float (width,), bias: float (), both for the backbone's raw pooled features.
    Takes RGB in [0, 255], float32 (n, size, size, 3); gives P(positive class), float32 (n, 1). The layer `logit` before
    the sigmoid is what a loss should be computed from.
    """
    logit = keras.layers.Dense(1, dtype="float32", name="logit")
    output = keras.layers.Activation("sigmoid", dtype="float32", name="probability")(logit(backbone.output))
    logit.set_weights([np.reshape(kernel, (-1, 1)), np.reshape(bias, (1,))])
    return keras.Model(backbone.input, output, name="classifier")


def logits_of(classifier: keras.Model) -> keras.Model:
    """The same network (shared weights) up to its logits, float32 (n, 1)."""
    return keras.Model(classifier.input, classifier.get_layer("logit").output)


def mirror_averaged(classifier: keras.Model) -> keras.Model:
    """The classifier that judges a picture and its mirror image, and takes the mean of both logits (shared weights)."""
    network, picture = logits_of(classifier), classifier.input
    logit = keras.layers.Average(dtype="float32")([network(picture), network(keras.ops.flip(picture, axis=2))])
    return keras.Model(picture, keras.layers.Activation("sigmoid", dtype="float32")(logit), name="mirrored")
