"""Confidence intervals, against published figures and SciPy."""

import numpy as np
import pytest
from scipy.stats import binomtest

from transfer.analysis.intervals import wilson_interval


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
