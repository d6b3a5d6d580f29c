"""A picture gets the same digits alone and with others, in any place of a batch."""

import keras
import numpy as np
import pytest

from tests.network import small
from transfer.network import backbones
from transfer.network.inference.forward import compile_inference, predict_padded


def features(name: str) -> keras.Model:
    keras.utils.set_random_seed(0)
    if name == "small":
        classifier = small.in_blocks()
        return keras.Model(classifier.input, classifier.get_layer("pool").output)
    return backbones.build(name, small.SIZE, "random")


@pytest.mark.parametrize(
    "name, width", [("small", 32), pytest.param("efficientnet_lite0", 1280, marks=pytest.mark.slow)]
)
def test_a_picture_gets_the_same_digits_whatever_is_in_its_batch(name, width):
    call = compile_inference(features(name))
    pictures = np.random.default_rng(0).integers(0, 256, (16, small.SIZE, small.SIZE, 3)).astype(np.uint8)
    together = predict_padded(call, pictures, 16)
    assert together.shape == (16, width)
    for few in ([3], [7, 3], [3, 0, 1, 2, 15]):
        assert np.array_equal(predict_padded(call, pictures[few], 16), together[few])
