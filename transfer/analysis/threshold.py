"""The threshold that suits a purpose best, chosen on pictures that are not for testing."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class ThresholdRule:
    """Where a threshold comes from, in the binary form.

    given: the threshold itself; None: each model's is chosen on its validation pictures
    false_negative_cost: see `choose_threshold`
    """

    given: float | None = 0.5
    false_negative_cost: float | None = None

    def threshold(self, actual: np.ndarray, probability: np.ndarray) -> float:
        """A model's threshold, by what it says of the validation pictures; see `choose_threshold`."""
        return choose_threshold(actual, probability, self.false_negative_cost) if self.given is None else self.given


def choose_threshold(actual: np.ndarray, probability: np.ndarray, false_negative_cost: float | None = None) -> float:
    """The threshold with the highest F1, or with the lowest cost; of several the nearest to 0.5.

    Between two neighbouring probabilities every threshold calls the same, and the middle is taken.

    actual: {0, 1} (n,)
    probability: of the positive class, (n,); a picture is called positive from the threshold on
    false_negative_cost: what a missed positive costs, where a false positive costs 1; None: by F1
    Returns a number above 0 and below 1; 0.5 where there is nothing to choose by.
    """
    values, group = np.unique(np.asarray(probability, float), return_inverse=True)
    at = np.concatenate([values[:1] / 2, (values[:-1] + values[1:]) / 2, (values[-1:] + 1) / 2])
    positive = np.bincount(group, weights=np.asarray(actual, float), minlength=len(values))
    negative = np.bincount(group, minlength=len(values)) - positive
    missed = np.concatenate([[0], np.cumsum(positive)])  # those below each threshold
    false = negative.sum() - np.concatenate([[0], np.cumsum(negative)])
    if false_negative_cost is None:
        found = positive.sum() - missed
        goodness = 2 * found / np.maximum(2 * found + false + missed, 1)
    else:
        goodness = -(false + false_negative_cost * missed)
    usable = (at > 0) & (at < 1)
    if not usable.any():
        return 0.5
    best = at[usable & (goodness == goodness[usable].max())]
    return float(best[np.argmin(np.abs(best - 0.5))])
