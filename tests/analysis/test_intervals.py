"""Confidence intervals, against published figures and SciPy."""

import numpy as np
import pytest
from scipy.stats import binomtest

from transfer.analysis.intervals import Interval, paired_interval, wilson_interval


def test_wilson_interval_as_published():
    """Wilson's interval for 81 of 263: 0.2553 to 0.3662 (Newcombe, 1998, table I)."""
    interval = wilson_interval(81, 263)
    np.testing.assert_allclose((interval.low, interval.high), (0.2553, 0.3662), atol=5e-5)
    certain = wilson_interval(20, 20)
    assert 0.8 < certain.low < 0.9 and certain.high == 1


@pytest.mark.parametrize("n", [1, 2, 8, 300])
def test_wilson_interval_is_scipys(n):
    for successes in range(n + 1):
        expected = binomtest(successes, n).proportion_ci(method="wilson")
        got = wilson_interval(successes, n)
        np.testing.assert_allclose((got.low, got.high), (expected.low, expected.high), rtol=0, atol=1e-15)
        assert 0 <= got.low <= successes / n <= got.high <= 1


@pytest.mark.parametrize(("n", "both"), [(5, 0.8), (20, 0.9), (60, 0.5)])
def test_the_paired_interval_holds_the_true_difference_as_often_as_it_says(n, both):
    """Of pictures that the first model gets right alone, the second alone, or both or neither; true difference 0.05."""
    only_first, only_second = (1 - both) / 2 - 0.025, (1 - both) / 2 + 0.025
    drawn = np.random.default_rng(0).multinomial(n, [only_first, only_second, both], 4000)
    ends = [paired_interval(int(first), int(second), n) for first, second, _ in drawn]
    assert np.mean([interval.low <= 0.05 <= interval.high for interval in ends]) >= 0.94


def test_the_paired_interval_by_hand():
    """One picture, right by the second only: 1/3 + or - 1.96 * sqrt((1 - 1/9) / 3), cut off at 1."""
    got = paired_interval(0, 1, 1)
    np.testing.assert_allclose((got.low, got.high), (1 / 3 - 1.959964 * np.sqrt(8 / 27), 1), rtol=1e-6)
    assert paired_interval(1, 0, 1) == Interval(-got.high, -got.low)
