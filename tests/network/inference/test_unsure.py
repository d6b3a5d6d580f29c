"""What is usual for a model: small, the same each time, and the same by either way to it."""

import keras
import numpy as np
import pytest
from scipy.spatial.distance import cdist

from tests.network import small
from transfer.errors import InputError
from transfer.network.inference.unsure import FILE, REFERENCES, Distance, Usual, references_among, usual_of_head
from transfer.network.inference.watching import usual_of_network

WIDTH = 40
TARGETS = np.resize([0, 1, 1], 30)


def made(rows: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).gamma(1.0, size=(rows, WIDTH)).astype(np.float32)


def head() -> Usual:
    kernel, bias = np.random.default_rng(2).normal(0, 0.1, (WIDTH, 1)).astype(np.float32), np.float32([0.1])
    return usual_of_head(made(50, 0), made(30, 1), TARGETS, kernel, bias)


def test_the_distance_is_that_of_the_cosine_to_the_nearest():
    features, references = made(20, 0), made(50, 1)
    found = np.asarray(Distance(references)(features))
    np.testing.assert_allclose(found[:, 0], cdist(features, references, "cosine").min(axis=1), atol=1e-6)
    assert found.shape == (20, 1)
    assert Distance(references)(np.zeros((1, WIDTH), np.float32))[0, 0] == 1  # of no direction


def test_small_numbers_stand_for_the_references():
    """Within 0.002 of the distances to the features themselves."""
    usual = head()
    assert usual.references.dtype == np.int8 and np.abs(usual.references).max(axis=1).tolist() == [127] * 50
    exact = np.sort(cdist(made(30, 1), made(50, 0), "cosine").min(axis=1))
    np.testing.assert_allclose(usual.distances, exact, atol=2e-3)
    assert not np.array_equal(usual.distances, exact)


def test_probabilities_are_those_of_the_actual_classes():
    usual = head()
    kernel = np.random.default_rng(2).normal(0, 0.1, (WIDTH, 1))
    positive = 1 / (1 + np.exp(-(made(30, 1) @ kernel + 0.1)[:, 0]))
    expected = np.sort(np.where(TARGETS == 1, positive, 1 - positive))
    np.testing.assert_allclose(usual.probabilities, expected, atol=1e-6)
    assert usual.probabilities.dtype == np.float32


@pytest.mark.parametrize("units", [1, 3])
def test_a_head_and_its_network_find_the_same(units):
    classifier = small.in_blocks(units=units)
    pictures = small.pictures(24)
    train, validation = np.arange(14), np.arange(14, 24)
    targets = np.resize(np.arange(2 if units == 1 else units), 10)
    by_network = usual_of_network(classifier, pictures.read, train, validation, targets)
    pooled = keras.Model(classifier.input, classifier.get_layer("logit").input)
    features = np.asarray(pooled(small.pixels(pictures)))
    kernel, bias = classifier.get_layer("logit").get_weights()
    by_head = usual_of_head(features[train], features[validation], targets, kernel, bias)
    for name in ("probabilities", "distances"):
        np.testing.assert_allclose(getattr(by_network, name), getattr(by_head, name), atol=1e-5)
    assert np.abs(by_network.references.astype(int) - by_head.references).max() <= 1


@pytest.mark.parametrize("n", [1, 2, 499, 500, 501, 25_000])
def test_references_are_spread_over_all_train_pictures(n):
    rows = references_among(n)
    assert len(rows) == min(n, REFERENCES) == len(set(rows.tolist())) and rows[0] == 0 and rows[-1] == n - 1
    assert np.diff(rows).max(initial=1) - np.diff(rows).min(initial=n) <= 1


def test_the_file_has_the_same_bytes_each_time_and_reads_back(tmp_path):
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        head().write(tmp_path / name)
    assert (tmp_path / "a" / FILE).read_bytes() == (tmp_path / "b" / FILE).read_bytes()
    read = Usual.read(tmp_path / "a")
    for name, values in vars(head()).items():
        np.testing.assert_array_equal(getattr(read, name), values)


def test_a_folder_without_it_has_none_and_a_broken_one_is_named(tmp_path):
    assert Usual.read(tmp_path) is None
    for broken in (b"", b"no archive"):
        (tmp_path / FILE).write_bytes(broken)
        with pytest.raises(InputError, match=rf"{FILE} cannot be read; `dvc repro` or `dvc pull` makes it\."):
            Usual.read(tmp_path)
    np.savez(tmp_path / FILE, others=np.zeros(3))
    with pytest.raises(InputError, match="cannot be read"):
        Usual.read(tmp_path)
