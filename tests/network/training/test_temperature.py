"""Temperature: what a grid would find, never below 1, and in the model's file."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.network import small
from transfer.network.classifier import logits_of
from transfer.network.link import link_for
from transfer.network.training.temperature import HIGHEST, cool, fit_temperature


def calibrated(units: int, n: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Targets drawn by the probabilities that the logits stand for."""
    draws = np.random.default_rng(seed)
    logits = draws.normal(0, 2, (n, units))
    link = link_for(units)
    chances = link.probabilities(link.activate(logits)).cumsum(axis=1)
    return (draws.random((n, 1)) > chances[:, :-1]).sum(axis=1), logits


@pytest.mark.parametrize("units", [1, 4])
@pytest.mark.parametrize("factor", [1.5, 3.0])
def test_logits_that_are_too_large_are_brought_back(units, factor):
    targets, logits = calibrated(units, 4000, 0)
    found = fit_temperature(targets, factor * logits)
    grid = np.linspace(1, 5, 401)
    losses = [link_for(units).losses(targets, factor * logits / t).mean() for t in grid]
    assert found == pytest.approx(grid[np.argmin(losses)], abs=0.02) and found == pytest.approx(factor, rel=0.1)


@pytest.mark.parametrize("units", [1, 4])
def test_a_cautious_classifier_is_left_alone(units):
    targets, logits = calibrated(units, 4000, 1)
    assert fit_temperature(targets, logits / 2) == 1.0


def test_pictures_count_by_their_weights():
    targets, logits = np.array([1, 1, 0, 0]), np.array([[3.0], [3.0], [-3.0], [3.0]])  # the last is wrong
    even, light = (fit_temperature(targets, logits, weights) for weights in (1.0, np.array([1.3, 1.3, 1.3, 0.1])))
    assert even > 1.5 and light == 1.0


@settings(max_examples=50)
@given(st.integers(1, 3), st.integers(1, 40), st.integers(0, 10**6), st.floats(0.01, 100))
def test_it_is_in_range_and_does_no_harm_where_it_was_fitted(units, n, seed, factor):
    draws = np.random.default_rng(seed)
    targets, logits = draws.integers(0, max(units, 2), n), factor * draws.normal(size=(n, units))
    found, link = fit_temperature(targets, logits), link_for(units)
    assert 1 <= found <= HIGHEST * (1 + 1e-9)
    assert link.losses(targets, logits / found).mean() <= link.losses(targets, logits).mean()


@pytest.mark.parametrize("units", [1, 3])
def test_the_classifier_gives_the_divided_logits_and_calls_the_same_classes(units):
    classifier, pictures = small.in_blocks(units=units), small.pixels(small.pictures())
    before = logits_of(classifier).predict(pictures, verbose=0)
    cool(classifier, 2.5)
    after = logits_of(classifier).predict(pictures, verbose=0)
    np.testing.assert_allclose(after, before / 2.5, rtol=1e-4, atol=1e-6)
