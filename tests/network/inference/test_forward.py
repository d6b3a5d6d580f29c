"""A picture gets the same digits alone, in company, and in whichever place of a batch."""

import keras
import numpy as np

from transfer.network import backbones
from transfer.network.inference.forward import compile_inference, predict_padded


def test_a_picture_gets_the_same_digits_whatever_goes_with_it():
    keras.utils.set_random_seed(0)
    call = compile_inference(backbones.build("efficientnet_lite0", 64, "random"))
    pictures = np.random.default_rng(0).integers(0, 256, (16, 64, 64, 3)).astype(np.uint8)
    together = predict_padded(call, pictures, 16)
    assert together.shape == (16, 1280)
    for few in ([3], [7, 3], [3, 0, 1, 2, 15]):
        assert np.array_equal(predict_padded(call, pictures[few], 16), together[few])
