"""A classifier: a backbone, one dense unit and a sigmoid. It takes raw RGB and gives P(positive class)."""

import keras
import numpy as np


def assemble(backbone: keras.Model, kernel: np.ndarray, bias: np.ndarray) -> keras.Model:
    """Put a trained head on a backbone.

    The classifier takes RGB in [0, 255], float32 (n, size, size, 3), and gives P(positive class), float32 (n, 1). Its
    layer `logit`, before the sigmoid, is the one to compute a loss from.

    backbone: as from `backbones.build`
    kernel: float (width,), for the backbone's pooled features as they are
    bias: float ()
    """
    logit = keras.layers.Dense(1, dtype="float32", name="logit")
    output = keras.layers.Activation("sigmoid", dtype="float32", name="probability")(logit(backbone.output))
    logit.set_weights([np.reshape(kernel, (-1, 1)), np.reshape(bias, (1,))])
    return keras.Model(backbone.input, output, name="classifier")


def logits_of(classifier: keras.Model) -> keras.Model:
    """The same network (shared weights) up to its logits, float32 (n, 1)."""
    return keras.Model(classifier.input, classifier.get_layer("logit").output)


def mirror_averaged(classifier: keras.Model) -> keras.Model:
    """A classifier with the same weights, whose logit is the mean of those for a picture and for its mirror image."""
    network, picture = logits_of(classifier), classifier.input
    logit = keras.layers.Average(dtype="float32")([network(picture), network(keras.ops.flip(picture, axis=2))])
    return keras.Model(picture, keras.layers.Activation("sigmoid", dtype="float32")(logit), name="mirrored")
