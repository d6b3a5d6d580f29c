"""Two models on the same pictures: how often only one is right, and whether the difference is more than chance."""

from dataclasses import asdict, dataclass
from typing import Literal

import numpy as np
from sklearn.metrics import roc_auc_score

from transfer.analysis.difference import LEVEL, Difference, holm, mcnemar_mid_p, mcnemar_p
from transfer.analysis.intervals import bootstrap_interval
from transfer.analysis.metrics import cross_entropies
from transfer.analysis.predictions import Predictions
from transfer.analysis.recall_differences import ClassDifference, recall_differences
from transfer.analysis.score_interval import difference_interval
from transfer.analysis.sign_flip import sign_flip_p

FEWEST_WRONG = 6  # pictures that one model or the other calls wrongly, from which the probabilities are judged
Measure = Literal["accuracy", "log_loss", "roc_auc"]
MEASURES: tuple[Measure, ...] = ("accuracy", "log_loss", "roc_auc")


@dataclass(frozen=True)
class Comparison:
    """Two models compared on the same `n` pictures.

    both_right, only_first_right, only_second_right, both_wrong: counts of pictures, which add up to `n`
    mcnemar_p: exact two-sided p-value of McNemar's test, on accuracy
    mcnemar_mid_p: the same with half of the chance of these very counts; no verdict hangs on it
    log_loss_p: two-sided p-value of the sign-flip test, on log-loss
    roc_auc: in the binary form; None where the pictures are all of one class; it is measured, and not tested
    recall_by_class: in the multiclass form, of each class that has pictures
    """

    n: int
    both_right: int
    only_first_right: int
    only_second_right: int
    both_wrong: int
    mcnemar_p: float
    mcnemar_mid_p: float
    log_loss_p: float
    accuracy: Difference
    log_loss: Difference
    roc_auc: Difference | None
    recall_by_class: tuple[ClassDifference, ...] = ()

    def differences(self) -> dict[Measure, Difference]:
        """The differences that could be measured, by measure."""
        found = {measure: getattr(self, measure) for measure in MEASURES}
        return {measure: difference for measure, difference in found.items() if difference is not None}

    @property
    def wrong(self) -> int:
        """Pictures that one model or the other, or both, call wrongly."""
        return self.n - self.both_right

    @property
    def worse_error(self) -> float:
        """The error rate of the model that errs more, in [0, 1]."""
        return (self.both_wrong + max(self.only_first_right, self.only_second_right)) / self.n

    def test_p(self, measure: Measure) -> float:
        """The p-value of the test on "accuracy" or "log_loss" alone."""
        return {"accuracy": self.mcnemar_p, "log_loss": self.log_loss_p}[measure]

    def corrected_p(self, measure: Measure) -> float:
        """The p-value on "accuracy" or "log_loss", corrected for there being two tests (S. Holm, 1979)."""
        return float(holm(np.array([self.mcnemar_p, self.log_loss_p]))[("accuracy", "log_loss").index(measure)])

    def better(self, measure: Measure) -> int:
        """Which model is shown to be better: 1 the second, -1 the first, 0 neither, as always on "roc_auc".

        Shown means that the corrected p is below 5 %. Log-loss is judged only where FEWEST_WRONG pictures are called
        wrongly by one model or the other: where next to nothing goes wrong, the model that is surer of itself has the
        lower log-loss, whether it has a right to be or not.
        """
        if measure == "roc_auc" or (measure == "log_loss" and self.wrong < FEWEST_WRONG):
            return 0
        if self.corrected_p(measure) >= LEVEL:
            return 0
        rises = getattr(self, measure).value > 0
        return 1 if rises == (measure == "accuracy") else -1

    def to_json(self) -> dict:
        """The content of metrics/comparison.json."""
        differences = {}
        for measure, difference in self.differences().items():
            differences[f"{measure}_difference"] = difference.value
            differences[f"{measure}_difference_low"] = difference.interval.low
            differences[f"{measure}_difference_high"] = difference.interval.high
        counts = {key: value for key, value in asdict(self).items() if key not in (*MEASURES, "recall_by_class")}
        by_class = {one.name: one.to_json() for one in self.recall_by_class}
        return counts | differences | ({"by_class": by_class} if by_class else {})


def compare(first: Predictions, second: Predictions, seed: int) -> Comparison:
    """Compare two models on the same pictures, which have to be in the same order.

    seed: of the bootstrap and of the sign flips
    """
    right, binary = (first.right, second.right), first.classes.binary
    only_first, only_second = int(np.sum(right[0] & ~right[1])), int(np.sum(right[1] & ~right[0]))
    interval = difference_interval(only_first, only_second, len(first))
    more_loss = cross_entropies(second) - cross_entropies(first)
    return Comparison(
        n=len(first),
        both_right=int(np.sum(right[0] & right[1])),
        only_first_right=only_first,
        only_second_right=only_second,
        both_wrong=int(np.sum(~right[0] & ~right[1])),
        mcnemar_p=mcnemar_p(only_first, only_second),
        mcnemar_mid_p=mcnemar_mid_p(only_first, only_second),
        log_loss_p=sign_flip_p(more_loss, seed),
        accuracy=Difference((only_second - only_first) / len(first), interval),
        log_loss=_mean_difference(more_loss, seed),
        roc_auc=_auc_difference(first, second, seed) if binary and 0 < first.actual.sum() < len(first) else None,
        recall_by_class=() if binary else recall_differences(first, second),
    )


def _mean_difference(gains: np.ndarray, seed: int) -> Difference:
    """The mean of what each picture adds, float (n,), with its bootstrap interval."""
    return Difference(float(gains.mean()), bootstrap_interval(lambda rows: gains[rows].mean(axis=1), len(gains), seed))


def _auc_difference(first: Predictions, second: Predictions, seed: int) -> Difference:
    """The difference of areas under the ROC curve, with its bootstrap interval."""
    actual, before, after = first.actual, first.score, second.score
    value = roc_auc_score(actual, after) - roc_auc_score(actual, before)

    def of_resamples(rows: np.ndarray) -> np.ndarray:
        return _resampled_auc(actual, after, rows) - _resampled_auc(actual, before, rows)

    return Difference(float(value), bootstrap_interval(of_resamples, len(actual), seed))


def _resampled_auc(actual: np.ndarray, score: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """ROC AUC of each resample, (chunk,), by the Mann-Whitney statistic; nan where one class is missing.

    The pictures are sorted once. A resample is then a count of each picture, and ranks are running sums.
    """
    _, level = np.unique(np.asarray(score, float), return_inverse=True)
    levels = level.max() + 1
    flat = (np.arange(len(rows))[:, None] * levels + level[rows]).ravel()
    positive = np.bincount(flat, actual[rows].ravel(), len(rows) * levels).reshape(len(rows), levels)
    negative = np.bincount(flat, 1 - actual[rows].ravel(), len(rows) * levels).reshape(len(rows), levels)
    below = np.cumsum(negative, axis=1) - negative
    with np.errstate(invalid="ignore"):
        return (positive * (below + negative / 2)).sum(axis=1) / (positive.sum(axis=1) * negative.sum(axis=1))
