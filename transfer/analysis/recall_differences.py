"""Two models class by class: of which classes one of them finds more."""

from dataclasses import dataclass

import numpy as np

from transfer.analysis.difference import LEVEL, Difference, holm, mcnemar_p
from transfer.analysis.predictions import Predictions
from transfer.analysis.score_interval import difference_interval


@dataclass(frozen=True)
class ClassDifference:
    """Two models on the pictures of one class.

    n: pictures of the class, at least 1
    recall: the difference, with an interval that holds for few pictures, too
    p: exact two-sided p-value of McNemar's test
    p_holm: the same, corrected for the number of classes (S. Holm, 1979)
    """

    name: str
    n: int
    recall: Difference
    p: float
    p_holm: float

    @property
    def sign(self) -> int:
        """1 if the second model is shown to find more of the class, -1 if the first is, 0 if neither is."""
        return 0 if self.p_holm >= LEVEL else 1 if self.recall.value > 0 else -1

    def to_json(self) -> dict[str, float]:
        """Its part of metrics/comparison.json."""
        interval = self.recall.interval
        return {
            "recall_difference": self.recall.value,
            "recall_difference_low": interval.low,
            "recall_difference_high": interval.high,
            "p_holm": self.p_holm,
        }


def recall_differences(first: Predictions, second: Predictions) -> tuple[ClassDifference, ...]:
    """Each class that has pictures; first, second: of the same pictures in the same order."""
    k = len(first.classes)
    n, only_first, only_second = (
        np.bincount(first.actual[chosen], minlength=k)
        for chosen in (slice(None), first.right & ~second.right, second.right & ~first.right)
    )
    there = np.flatnonzero(n)
    counts = [(int(only_first[index]), int(only_second[index]), int(n[index])) for index in there]
    p = np.array([mcnemar_p(lost, won) for lost, won, _ in counts])
    return tuple(
        ClassDifference(
            first.classes.names[index],
            of_class,
            Difference((won - lost) / of_class, difference_interval(lost, won, of_class)),
            float(own),
            float(corrected),
        )
        for index, (lost, won, of_class), own, corrected in zip(there, counts, p, holm(p), strict=True)
    )
