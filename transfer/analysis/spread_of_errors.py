"""Whether errors fall evenly on the classes."""

from dataclasses import dataclass

import numpy as np
from scipy.stats import fisher_exact

from transfer.analysis.per_class import confusion_table
from transfer.analysis.predictions import Predictions

DRAWS, SEED = 9_999, 0


@dataclass(frozen=True)
class SpreadOfErrors:
    """How a model's errors fall on the classes.

    n, wrong: pictures of each class, and those of them that were called something else, in the order of the names
    p: of a test that every class is called wrongly as often as any other
    """

    n: tuple[int, ...]
    wrong: tuple[int, ...]
    p: float

    @property
    def hardest(self) -> int:
        """The class that has most errors beyond its share, in standard errors."""
        n, wrong = np.array(self.n), np.array(self.wrong)
        return int(np.argmax((wrong - n * wrong.sum() / n.sum()) / np.sqrt(np.maximum(n, 1))))


def spread_of_errors(predictions: Predictions) -> SpreadOfErrors:
    """Test whether a model errs more on some classes than on others, given the classes' sizes.

    Of two classes by Fisher's exact test; of more by Pearson's statistic, whose distribution for as many errors on
    classes of these sizes is drawn 9,999 times, so that it holds for few pictures, too.
    """
    table = confusion_table(predictions)
    n = table.sum(axis=1)
    wrong = n - np.diag(table)
    if not wrong.sum():
        p = 1.0
    elif len(n) == 2:
        p = float(fisher_exact([wrong, n - wrong]).pvalue)
    else:
        p = _drawn_p(n, wrong)
    return SpreadOfErrors(tuple(n.tolist()), tuple(wrong.tolist()), p)


def _drawn_p(n: np.ndarray, wrong: np.ndarray) -> float:
    """The share of draws, this one among them, in which errors are spread at least as unevenly."""
    drawn = np.random.default_rng(SEED).multivariate_hypergeometric(n, wrong.sum(), DRAWS, method="marginals")
    uneven = [np.sum(counts**2 / np.maximum(n, 1), axis=-1) for counts in (drawn, wrong)]
    return float((1 + np.sum(uneven[0] >= uneven[1] * (1 - 1e-9))) / (1 + DRAWS))
