"""Confidence intervals: of a proportion, and of any statistic by the bootstrap."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import sqrt

import numpy as np

Z_95 = 1.959963984540054  # the standard normal's 97.5 % quantile
RESAMPLES = 10_000
MOST_DRAWN = 2**17  # pictures drawn at a time, to bound memory


@dataclass(frozen=True)
class Interval:
    """A 95 % confidence interval, both ends included."""

    low: float
    high: float


def wilson_interval(successes: int, n: int) -> Interval:
    """The score interval of a proportion (E. B. Wilson, 1927).

    successes: 0 to `n`
    n: trials, at least 1

    `scipy.stats.binomtest(...).proportion_ci(method="wilson")` gives the same to 4e-16, but not the same bytes.
    """
    p, z2 = successes / n, Z_95 * Z_95
    middle, half = p + z2 / (2 * n), Z_95 * sqrt(p * (1 - p) / n + z2 / (4 * n * n))
    low, high = (middle - half) / (1 + z2 / n), (middle + half) / (1 + z2 / n)
    return Interval(low if successes else 0.0, high if successes < n else 1.0)  # rounding would miss 0 and 1


def bootstrap_interval(statistic: Callable[[np.ndarray], np.ndarray], n: int, seed: int) -> Interval:
    """95 % percentile interval of a statistic of n pictures, by 10,000 resamples (Efron & Tibshirani, 1993).

    The pictures are drawn anew with replacement, and the predictions of both models with them: that keeps them paired.

    statistic: from drawn pictures, int (resamples, n), to one value a resample, float (resamples,); nan is left out
    """
    drawn = np.concatenate([statistic(rows) for rows in _resamples(n, seed)])
    low, high = np.percentile(drawn[np.isfinite(drawn)], [2.5, 97.5])
    return Interval(float(low), float(high))


def _resamples(n: int, seed: int) -> Iterator[np.ndarray]:
    """All resamples, a chunk at a time: int (chunk, n) in [0, n)."""
    generator = np.random.default_rng([seed, n])
    chunk = max(1, min(RESAMPLES, MOST_DRAWN // n))
    for start in range(0, RESAMPLES, chunk):
        yield generator.integers(0, n, (min(chunk, RESAMPLES - start), n))
