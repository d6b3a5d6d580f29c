"""How likely a test set of some size is to show a difference that is there."""

import numpy as np
from scipy.stats import binom, multinomial

from transfer.analysis.difference import LEVEL

TAIL = 1e-9  # of each count's distribution that is left out at either end


def power_of_halving(n: int, error: float) -> float:
    """The chance that McNemar's exact test shows, at 5 %, that one model errs half as often as another.

    n: test pictures
    error: share of them that the worse model calls wrongly, in [0, 1]

    The two err independently, as if on pictures that are equally hard. Models that err on the same pictures leave fewer
    to chance, and more of such differences show.
    """
    only_worse, only_better = error * (1 - error / 2), error / 2 * (1 - error)  # shares that only this one gets wrong
    lost, won = (np.arange(*_range(n, share)) for share in (only_better, only_worse))
    counts = np.stack(np.broadcast_arrays(lost[:, None], won, n - lost[:, None] - won), axis=-1)
    shares = [only_better, only_worse, 1 - only_better - only_worse]
    chance = np.where(counts[..., 2] >= 0, multinomial.pmf(np.maximum(counts, 0), n, shares), 0)
    fewer, discordant = np.minimum(lost[:, None], won), lost[:, None] + won
    shown = (2 * binom.cdf(fewer, discordant, 0.5) < LEVEL) & (lost[:, None] < won)
    return float(np.sum(chance * shown))


def _range(n: int, share: float) -> tuple[int, int]:
    """Counts that a binomial distribution gives but for its tails: the first, and one more than the last."""
    low, high = binom.ppf([TAIL, 1 - TAIL], n, share)
    return max(int(low), 0), int(high) + 1
