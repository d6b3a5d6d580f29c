"""The interval of a paired difference: its likelihood against a numerical maximum, its level by counting all cases."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar
from scipy.stats import binom

from transfer.analysis.score_interval import _smaller, difference_interval


@given(st.integers(2, 60), st.data())
@settings(max_examples=60, deadline=None)
def test_the_restricted_likelihood_is_at_its_maximum(n, data):
    only_first = data.draw(st.integers(1, n - 1))
    only_second = data.draw(st.integers(0, n - only_first))
    supposed = data.draw(st.floats(-0.9, 0.9))

    def minus_log_likelihood(p):
        with np.errstate(divide="ignore", invalid="ignore"):
            return -(
                only_first * np.log(p)
                + (only_second * np.log(p + supposed) if only_second else 0)
                + ((n - only_first - only_second) * np.log1p(-2 * p - supposed) if n > only_first + only_second else 0)
            )

    ends = (max(0.0, -supposed), (1 - supposed) / 2)
    found = minimize_scalar(minus_log_likelihood, bounds=ends, method="bounded", options={"xatol": 1e-10}).x
    smaller = _smaller(only_first, only_second, n, supposed)
    assert minus_log_likelihood(min(max(smaller, ends[0] + 1e-9), ends[1] - 1e-9)) <= minus_log_likelihood(found) + 1e-5


@pytest.mark.parametrize("n", [10, 50, 300])
@pytest.mark.parametrize("first, second", [(0.01, 0.01), (0.002, 0.006), (0.03, 0.01), (0.1, 0.2)])
def test_it_holds_its_level_where_few_pictures_tell_models_apart(n, first, second):
    """Exactly: the probability of all counts whose interval holds the true difference."""
    covered = 0.0
    for discordant in range(min(n, 120) + 1):
        weight = binom.pmf(discordant, n, first + second)
        if weight < 1e-9:
            continue
        for only_second in range(discordant + 1):
            interval = difference_interval(discordant - only_second, only_second, n)
            if interval.low <= second - first <= interval.high:
                covered += weight * binom.pmf(only_second, discordant, second / (first + second))
    assert covered >= 0.935


def test_it_is_the_same_seen_from_the_other_model_and_never_a_point():
    one, other = difference_interval(3, 9, 20), difference_interval(9, 3, 20)
    assert (one.low, one.high) == pytest.approx((-other.high, -other.low))
    none = difference_interval(0, 0, 300)
    assert none.low == pytest.approx(-none.high) and 0.01 < none.high < 0.015
    assert difference_interval(0, 5, 5).high == 1 and difference_interval(5, 0, 5).low == -1
