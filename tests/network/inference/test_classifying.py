"""Logits and probabilities of stored pictures."""

import numpy as np
import pytest

from tests.network import small
from transfer.network.classifier import logits_of, mirror_averaged
from transfer.network.inference.classifying import predict_logits
from transfer.network.link import link_for


@pytest.mark.parametrize("units", [1, 3])
@pytest.mark.parametrize("mirror", [False, True])
def test_both_come_in_the_order_of_the_rows_and_mean_the_same(units, mirror):
    network, some = small.network(units), small.pictures(7)
    classifier = mirror_averaged(network) if mirror else network
    pixels = small.pixels(some)
    rows = np.array([4, 0, 6])
    logits, probabilities = predict_logits(classifier, pixels.astype(np.uint8), rows, 2)
    expected = logits_of(network).predict(pixels[rows], verbose=0)
    if mirror:
        expected = (expected + logits_of(network).predict(pixels[rows][:, :, ::-1], verbose=0)) / 2
    np.testing.assert_allclose(logits, expected, atol=1e-5)
    link = link_for(units)
    np.testing.assert_allclose(probabilities, link.probabilities(link.activate(logits)), atol=1e-6)
    assert probabilities.shape == (3, max(units, 2)) and probabilities.dtype == logits.dtype == np.float32
