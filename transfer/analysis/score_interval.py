"""The interval of a difference between two proportions that were measured on the same pictures."""

from math import sqrt

from scipy.optimize import brentq

from transfer.analysis.intervals import Z_95, Interval


def difference_interval(only_first: int, only_second: int, n: int) -> Interval:
    """95 % score interval of the second proportion minus the first (T. Tango, 1998).

    It holds its level where few pictures tell two models apart, or none: percentiles of a bootstrap do not.

    only_first, only_second: pictures that count in one proportion and not in the other
    n: pictures, at least 1
    """
    difference = (only_second - only_first) / n

    def score(supposed: float) -> float:
        """How many standard errors the difference lies above a supposed one, in (-1, 1)."""
        apart = only_second - only_first - n * supposed
        variance = n * (2 * _smaller(only_first, only_second, n, supposed) + supposed * (1 - supposed))
        return apart / sqrt(variance) if apart else 0.0

    inside = 1 - 1e-12
    low = brentq(lambda supposed: score(supposed) - Z_95, -inside, difference) if difference > -1 else -1.0
    high = brentq(lambda supposed: score(supposed) + Z_95, difference, inside) if difference < 1 else 1.0
    return Interval(low, high)


def _smaller(only_first: int, only_second: int, n: int, supposed: float) -> float:
    """The likeliest probability of `only_first` if the difference is as supposed: the root of Tango's equation 6."""
    a, c = 2 * n, -only_first * supposed * (1 - supposed)
    b = -(only_first + only_second) + (2 * n - only_second + only_first) * supposed
    return (sqrt(max(b * b - 4 * a * c, 0.0)) - b) / (2 * a)
