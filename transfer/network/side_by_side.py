"""Several networks side by side: each sees the picture, and one head the features of all."""

from collections.abc import Sequence

import keras

FEATURES = "features"  # the layer that puts them side by side


def join(picture: keras.KerasTensor, networks: Sequence[keras.Model]) -> keras.Model:
    """One network of several, which gives their features one after the other, float32 (n, sum of their widths).

    picture: symbolic, what each of them takes
    networks: of different names
    """
    features = keras.layers.Concatenate(name=FEATURES)([network(picture) for network in networks])
    return keras.Model(picture, features, name="_and_".join(network.name for network in networks))


def parts_of(model: keras.Model) -> list[keras.Model]:
    """The networks in one as from `join`, or in a classifier on it; none where there is only one.

    A network may have models within it that are none of these, as ConvNeXt has.
    """
    if all(layer.name != FEATURES for layer in model.layers):
        return []
    return [layer for layer in model.layers if isinstance(layer, keras.Model)]
