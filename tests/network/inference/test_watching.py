"""A watched classifier gives what it gave, and the distance beside it."""

import numpy as np
import pytest

from tests.network import small
from transfer.network.classifier import logits_of, mirror_averaged
from transfer.network.inference.watching import parted, predict_watched, usual_of_network, watched
from transfer.network.link import link_for

PICTURES = small.pictures(24)
TRAIN, VALIDATION = np.arange(14), np.arange(14, 24)


@pytest.mark.parametrize("mirror", [False, True])
@pytest.mark.parametrize("units", [1, 3])
def test_probabilities_stay_and_distances_are_those_of_the_pictures_as_they_are(units, mirror):
    classifier = small.in_blocks(units=units)
    targets = np.resize(np.arange(2 if units == 1 else units), 10)
    usual = usual_of_network(classifier, PICTURES.read, TRAIN, VALIDATION, targets)
    network = watched(classifier, usual, mirror)
    probabilities, logits, distances = predict_watched(network, PICTURES.read, PICTURES.rows, 8, "")
    alone = mirror_averaged(classifier) if mirror else classifier
    pixels, link = small.pixels(PICTURES), link_for(units)
    expected = link.probabilities(alone.predict(pixels, verbose=0))
    np.testing.assert_allclose(probabilities, expected, atol=1e-5)
    np.testing.assert_allclose(logits, logits_of(alone).predict(pixels, verbose=0), atol=1e-4)
    np.testing.assert_allclose(probabilities, link.probabilities(link.activate(logits)), atol=1e-6)
    np.testing.assert_allclose(np.sort(distances[VALIDATION]), usual.distances, atol=1e-6)
    assert distances[TRAIN].max() < 1e-3  # they are among the references
    assert distances.shape == (24,) and distances.dtype == np.float32


@pytest.mark.parametrize("mirror", [False, True])
def test_a_classifier_with_nothing_to_go_by_has_no_distances(mirror):
    classifier = small.in_blocks()
    probabilities, _, distances = predict_watched(watched(classifier, None, mirror), PICTURES.read, VALIDATION, 8, "")
    assert probabilities.shape == (10, 2) and distances is None


def test_outputs_part_into_probabilities_logits_and_distances():
    parts = parted(np.float32([[0.25, -1, 0.5]]), 1)
    assert [part.tolist() for part in parts] == [[[0.75, 0.25]], [[-1]], [0.5]]
    *parts, distances = parted(np.float32([[0.25, 0.5, 0.25, 1, 2, 1]]), 3)
    assert [part.tolist() for part in parts] == [[[0.25, 0.5, 0.25]], [[1, 2, 1]]] and distances is None
