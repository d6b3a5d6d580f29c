"""Several networks side by side, and what is none of them."""

import keras
import numpy as np
import pytest

from tests.network.families import classifier_on
from transfer.network import backbones, precision
from transfer.network.side_by_side import join, parts_of


def network(name: str, width: int) -> keras.Model:
    picture = keras.Input((8, 8, 3))
    maps = keras.layers.Conv2D(width, 3)(picture)
    return keras.Model(picture, keras.layers.GlobalAveragePooling2D()(maps), name=name)


def test_features_stand_in_the_order_of_the_networks():
    parts = [network("a", 2), network("b", 3)]
    model = join(keras.Input((8, 8, 3)), parts)
    pictures = np.random.default_rng(0).random((4, 8, 8, 3)).astype(np.float32)
    np.testing.assert_array_equal(model(pictures), np.hstack([part(pictures) for part in parts]))
    assert model.name == "a_and_b"
    assert parts_of(model) == parts_of(classifier_on(model)) == parts
    assert parts_of(parts[0]) == []


@pytest.mark.slow
def test_models_within_a_network_are_not_taken_for_several():
    model = backbones.build("convnext_tiny", 64, "random")
    assert any(isinstance(layer, keras.Model) for layer in model.layers) and parts_of(model) == []
    precision.set_precision(model, "mixed_bfloat16")
    (stem,) = (layer for layer in model.layers if layer.name.endswith("stem"))
    assert stem.compute_dtype == stem.layers[0].compute_dtype == "bfloat16"
