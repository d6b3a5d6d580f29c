"""The sign-flip test: against all sign patterns of few values, and its level."""

import itertools

import numpy as np
import pytest

from transfer.analysis.sign_flip import sign_flip_p


def test_it_is_the_share_of_all_sign_patterns_that_are_as_extreme():
    values = np.array([0.4, -0.1, 0.9, 0.3, 0.05, 0.7, -0.2, 0.6])
    sums = np.abs([np.dot(signs, values) for signs in itertools.product((-1, 1), repeat=len(values))])
    exact = np.mean(sums >= abs(values.sum()) - 1e-12)
    assert sign_flip_p(values, 1) == pytest.approx(exact, abs=0.01)
    assert sign_flip_p(values, 1) == sign_flip_p(-values, 1) == sign_flip_p(np.append(values, [0, 0]), 1)


def test_nothing_tells_models_apart_that_give_the_same():
    assert sign_flip_p(np.zeros(5), 1) == 1.0
    assert sign_flip_p(np.array([]), 1) == 1.0
    assert sign_flip_p(np.array([0.3]), 1) == 1.0


def test_it_claims_as_often_as_it_says_on_skewed_values_too():
    draws = np.random.default_rng(0)
    values = draws.exponential(1, (400, 25)) * draws.choice([-1, 1], (400, 25))
    assert 0.02 <= np.mean([sign_flip_p(one, 7) < 0.05 for one in values]) <= 0.08
    assert sign_flip_p(draws.normal(1, 0.5, 40), 7) < 0.001
