"""A difference between two models on the same pictures, and whether it is more than chance."""

from dataclasses import dataclass

import numpy as np
from scipy.stats import binom, binomtest

from transfer.analysis.intervals import Interval

LEVEL = 0.05  # of every test of significance


@dataclass(frozen=True)
class Difference:
    """The second model's value minus the first's, with its 95 % interval."""

    value: float
    interval: Interval


def mcnemar_p(only_first_right: int, only_second_right: int) -> float:
    """Exact two-sided p-value of McNemar's test.

    The probability of counts at least as uneven if both models were right equally often.
    """
    discordant = only_first_right + only_second_right
    return float(binomtest(only_second_right, discordant).pvalue) if discordant else 1.0


def mcnemar_mid_p(only_first_right: int, only_second_right: int) -> float:
    """Mid-p of McNemar's test (M. W. Fagerland, S. Lydersen & P. Laake, 2013).

    It counts half of the chance of the very counts that were found: where those are few, the exact p is far above the
    level that it is held to.
    """
    fewer, discordant = min(only_first_right, only_second_right), only_first_right + only_second_right
    if only_first_right == only_second_right:
        return 1 - float(binom.pmf(fewer, discordant, 0.5)) / 2 if discordant else 1.0
    return mcnemar_p(only_first_right, only_second_right) - float(binom.pmf(fewer, discordant, 0.5))


def holm(p: np.ndarray) -> np.ndarray:
    """P-values (m,) so corrected that the chance of any of them being below 5 % by chance is at most 5 %."""
    order = np.argsort(p, kind="stable")
    corrected = np.empty(len(p))
    corrected[order] = np.minimum(np.maximum.accumulate(p[order] * np.arange(len(p), 0, -1)), 1)
    return corrected
