"""Recalibration: the maximum of the likelihood, and p-values that are uniform where nothing is wrong."""

import numpy as np
import pytest
from scipy import stats
from scipy.special import expit
from sklearn.linear_model import LogisticRegression

from transfer.analysis.recalibration import STEEPEST, recalibrate


def drawn(n: int, seed: int, slope: float = 1.0, shift: float = 0.0):
    """What happened, and probabilities whose log-odds were multiplied and moved."""
    rng = np.random.default_rng(seed)
    logit = rng.normal(0, 2, n)
    return (rng.random(n) < expit(logit)).astype(int), expit(slope * logit + shift)


@pytest.mark.parametrize("slope, shift", [(1, 0), (2, 0), (0.5, 0), (1, 0.7), (3, -1)])
def test_the_slope_is_scikit_learns(slope, shift):
    actual, p = drawn(500, 0, slope, shift)
    log_odds = np.log(p / (1 - p))[:, None]
    expected = LogisticRegression(C=1e10, tol=1e-10, max_iter=10_000).fit(log_odds, actual).coef_[0, 0]
    found = recalibrate(actual, p)
    assert found.slope == pytest.approx(expected, rel=1e-3)
    assert found.lean == pytest.approx(p.mean() - actual.mean())


def test_p_values_are_uniform_where_nothing_is_wrong():
    found = [recalibrate(*drawn(300, seed)) for seed in range(300)]
    for p in ([one.slope_p for one in found], [one.lean_p for one in found]):
        assert stats.kstest(p, "uniform").pvalue > 0.01


def test_each_test_sees_its_own_fault():
    extreme, leaning = recalibrate(*drawn(2000, 1, slope=2)), recalibrate(*drawn(2000, 1, shift=0.5))
    assert extreme.slope_p < 1e-6 and extreme.slope == pytest.approx(0.5, rel=0.1)
    assert leaning.lean_p < 1e-6 and leaning.lean > 0.03 and leaning.slope_p > 0.05


@pytest.mark.parametrize("p", [[0.01, 0.99, 0.02, 0.97], [0.0, 1.0, 0.0, 1.0]])
def test_without_an_error_there_is_an_answer(p):
    found = recalibrate(np.array([0, 1, 0, 1]), np.array(p))
    assert 1 <= found.slope <= STEEPEST and found.slope_p > 0.05 and found.lean_p > 0.05


def test_pictures_of_one_class_have_an_answer():
    found = recalibrate(np.ones(5, int), np.full(5, 0.9))
    assert np.isfinite([found.slope, found.slope_p, found.lean, found.lean_p]).all()
