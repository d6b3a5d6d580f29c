"""The power of a comparison: what simulated test sets show."""

import numpy as np
import pytest
from scipy.stats import poisson

from transfer.analysis.difference import LEVEL, mcnemar_p
from transfer.analysis.power import power_of_halving


@pytest.mark.parametrize("n, error", [(500, 0.008), (300, 0.1), (20, 0.5), (1000, 0.05)])
def test_it_is_the_share_of_simulated_test_sets_that_show_it(n, error):
    random, draws = np.random.default_rng(0), 2000
    worse, better = (random.random((draws, n)) < rate for rate in (error, error / 2))
    lost, won = np.sum(better & ~worse, axis=1), np.sum(worse & ~better, axis=1)
    shown = [mcnemar_p(*counts) < LEVEL and counts[0] < counts[1] for counts in zip(lost, won, strict=True)]
    assert power_of_halving(n, error) == pytest.approx(np.mean(shown), abs=0.035)


def test_five_hundred_pictures_hardly_ever_show_that_one_error_in_a_hundred_was_halved():
    """Six against none, eight against one, ... are shown: of 4 and 2 that are expected, they are rare."""
    worse, better = poisson(500 * 0.008 * 0.996), poisson(500 * 0.004 * 0.992)
    expected = sum(better.pmf(lost) * worse.sf(won - 1) for lost, won in enumerate((6, 8, 10, 12, 13, 15)))
    assert power_of_halving(500, 0.008) == pytest.approx(expected, abs=0.002) and expected < 0.05


def test_more_pictures_and_more_errors_show_more():
    powers = [power_of_halving(n, error) for n, error in ((100, 0.1), (400, 0.1), (1600, 0.1), (1600, 0.3))]
    assert powers == sorted(powers) and powers[0] < 0.3 and powers[-1] > 0.999


def test_few_pictures_show_nothing():
    assert power_of_halving(4, 1.0) == 0.0
