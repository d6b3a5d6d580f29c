"""The interval of a recipe: it counts the luck of training and that of the pictures."""

import numpy as np
import pytest

from transfer.analysis.recipe import recipe_mean


def made(trainings: int, pictures: int, of_training: float, of_picture: float, seed: int) -> np.ndarray:
    draws = np.random.default_rng(seed)
    effects = draws.normal(0, of_training, (trainings, 1)) + draws.normal(0, of_picture, pictures)
    return effects + draws.normal(0, 0.1, (trainings, pictures))


def half_width(values: np.ndarray) -> float:
    found = recipe_mean(values, 0)
    return (found.interval.high - found.interval.low) / 2


def test_the_mean_is_that_of_all():
    values = made(4, 50, 1, 1, 0)
    found = recipe_mean(values, 3)
    assert found.value == pytest.approx(values.mean())
    assert found.interval.low < found.value < found.interval.high
    assert found == recipe_mean(values, 3)


def test_either_kind_of_luck_widens_it():
    for values, axis in ((made(20, 400, 1.0, 0.0, 1), 1), (made(400, 20, 0.0, 1.0, 1), 0)):
        effects = values.mean(axis=axis)
        assert half_width(values) == pytest.approx(1.96 * effects.std() / np.sqrt(20), rel=0.1)
    assert half_width(made(20, 400, 0.0, 0.0, 1)) < 0.05


def test_it_holds_the_truth_about_as_often_as_it_says():
    holds = []
    for seed in range(60):
        interval = recipe_mean(made(10, 100, 0.5, 1.0, seed), seed).interval
        holds.append(interval.low <= 0 <= interval.high)
    assert np.mean(holds) >= 0.85
