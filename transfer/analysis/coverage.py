"""How often the sets of classes that a model gives hold the right one."""

from dataclasses import dataclass

import numpy as np
from scipy.stats import betabinom

from transfer.analysis.cut_offs import class_sets, kept_out, least_probability
from transfer.analysis.intervals import Interval, wilson_interval
from transfer.analysis.predictions import Predictions


@dataclass(frozen=True)
class Coverage:
    """How often they do.

    asked: what was asked for, in (0, 1)
    covered: pictures of which the set holds the actual class
    several, none: pictures of which the set has more than one class, and no class
    n: pictures
    calibration: the pictures that the cut-off comes from
    """

    asked: float
    covered: int
    several: int
    none: int
    n: int
    calibration: int

    @classmethod
    def of(cls, predictions: Predictions, of_actual: np.ndarray, asked: float) -> "Coverage":
        """Measure it. predictions: with the probability of each class; of_actual: see `least_probability`"""
        sets = class_sets(predictions.matrix, least_probability(of_actual, asked))
        covered, sizes = int(sets[np.arange(len(sets)), predictions.actual].sum()), sets.sum(axis=1)
        return cls(asked, covered, int((sizes > 1).sum()), int((sizes == 0).sum()), len(sets), len(of_actual))

    @property
    def beyond(self) -> int:
        """How many of the pictures that the cut-off comes from lie at or beyond it; 0: they were too few for one."""
        return kept_out(self.calibration, 1 - self.asked)

    @property
    def share(self) -> float:
        """The share of pictures that are covered, in [0, 1]."""
        return self.covered / self.n

    @property
    def interval(self) -> Interval:
        """The 95 % interval of `share` (Wilson)."""
        return wilson_interval(self.covered, self.n)

    @property
    def band(self) -> Interval:
        """Where `share` lies in 95 of 100 runs in which the pictures are alike: chance plays on both sets of them.

        The share that a cut-off at the k-th of m covers has the Beta(m + 1 - k, k) distribution if no probability is
        there twice (Vovk, 2012, "Conditional validity of inductive conformal predictors").
        """
        if not self.beyond:
            return Interval(1.0, 1.0)
        low, high = betabinom(self.n, self.calibration + 1 - self.beyond, self.beyond).ppf([0.025, 0.975])
        return Interval(float(low) / self.n, float(high) / self.n)
