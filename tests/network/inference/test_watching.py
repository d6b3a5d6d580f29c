"""A watched classifier gives what it gave, and the distance beside it."""

import numpy as np
import pytest

from tests.network import small
from transfer.network.classifier import mirror_averaged
from transfer.network.inference.forward import predict_probabilities
from transfer.network.inference.watching import parted, predict_watched, usual_of_network, watched

PICTURES = small.pictures(24)
TRAIN, VALIDATION = np.arange(14), np.arange(14, 24)


@pytest.mark.parametrize("mirror", [False, True])
@pytest.mark.parametrize("units", [1, 3])
def test_probabilities_stay_and_distances_are_those_of_the_pictures_as_they_are(units, mirror):
    classifier = small.in_blocks(units=units)
    targets = np.resize(np.arange(2 if units == 1 else units), 10)
    usual = usual_of_network(classifier, PICTURES.read, TRAIN, VALIDATION, targets)
    network = watched(classifier, usual, mirror)
    probabilities, distances = predict_watched(network, PICTURES.read, PICTURES.rows, 8, "")
    alone = mirror_averaged(classifier) if mirror else classifier
    expected = predict_probabilities(alone, PICTURES.read, PICTURES.rows, 8)
    np.testing.assert_allclose(probabilities, expected, atol=1e-6)
    np.testing.assert_allclose(np.sort(distances[VALIDATION]), usual.distances, atol=1e-6)
    assert distances[TRAIN].max() < 1e-3  # they are among the references
    assert distances.shape == (24,) and distances.dtype == np.float32


@pytest.mark.parametrize("mirror", [False, True])
def test_a_classifier_with_nothing_to_go_by_has_no_distances(mirror):
    classifier = small.in_blocks()
    probabilities, distances = predict_watched(watched(classifier, None, mirror), PICTURES.read, VALIDATION, 8, "")
    assert probabilities.shape == (10, 2) and distances is None


def test_outputs_part_into_probabilities_and_distances():
    probabilities, distances = parted(np.float32([[0.25, 0.5]]), 1)
    assert probabilities.tolist() == [[0.75, 0.25]] and distances.tolist() == [0.5]
    probabilities, distances = parted(np.float32([[0.25, 0.5, 0.25]]), 3)
    assert probabilities.tolist() == [[0.25, 0.5, 0.25]] and distances is None
