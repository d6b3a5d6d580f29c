"""Class by class: how well a model tells each class from the rest, and which it takes for which."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import rankdata

from transfer.analysis.intervals import Interval, wilson_interval
from transfer.analysis.predictions import Predictions


@dataclass(frozen=True)
class ClassMetrics:
    """The metrics of one class against all others, in [0, 1]; of a class without pictures all but `n` are None.

    n: pictures of the class
    precision, precision_interval: 0 and None where no picture was called this class
    roc_auc: None where the probabilities of all classes are not at hand, or no picture is of another class
    """

    name: str
    n: int
    precision: float | None = None
    precision_interval: Interval | None = None
    recall: float | None = None
    recall_interval: Interval | None = None
    f1: float | None = None
    roc_auc: float | None = None


def per_class(predictions: Predictions) -> tuple[ClassMetrics, ...]:
    """The metrics of each class, in the order of the names."""
    table, areas = confusion_table(predictions), _areas(predictions)
    found = []
    for index, name in enumerate(predictions.classes.names):
        right, n, called = (int(count) for count in (table[index, index], table[index].sum(), table[:, index].sum()))
        if not n:
            found.append(ClassMetrics(name, 0))
            continue
        precision = (right / called, wilson_interval(right, called)) if called else (0.0, None)
        recall = (right / n, wilson_interval(right, n))
        area = float(areas[index]) if np.isfinite(areas[index]) else None
        found.append(ClassMetrics(name, n, *precision, *recall, 2 * right / (n + called), area))
    return tuple(found)


def write_per_class(path: Path, found: Sequence[ClassMetrics]) -> None:
    """Write a per_class.csv, one row a class; what is not known is nan."""
    rows = []
    for one in found:
        row: dict[str, object] = {"class": one.name, "n": one.n}
        for measure in ("precision", "recall"):
            interval = getattr(one, f"{measure}_interval")
            row |= {measure: getattr(one, measure)}
            row |= {f"{measure}_low": interval and interval.low, f"{measure}_high": interval and interval.high}
        rows.append(row | {"f1": one.f1, "roc_auc": one.roc_auc})
    pd.DataFrame(rows).to_csv(path, index=False, na_rep="nan", lineterminator="\n")


def confusion_table(predictions: Predictions) -> np.ndarray:
    """Counts of pictures by actual and predicted class, int (K, K)."""
    k = len(predictions.classes)
    return np.bincount(predictions.actual * k + predictions.predicted, minlength=k * k).reshape(k, k)


def most_confused(predictions: Predictions, at_most: int) -> list[tuple[int, int, np.ndarray]]:
    """The pairs of an actual and a predicted class that were confused most often, the most frequent first.

    Each with the rows of its pictures, int (m,), the lowest probability of the actual class first.
    """
    table = confusion_table(predictions)
    np.fill_diagonal(table, 0)
    pairs = sorted(zip(*np.nonzero(table), strict=True), key=lambda pair: (-table[pair], pair))
    found = []
    for actual, predicted in pairs[:at_most]:
        rows = np.flatnonzero((predictions.actual == actual) & (predictions.predicted == predicted))
        keys = [predictions.ids[rows].astype(str), predictions.actual_probability[rows]]
        found.append((int(actual), int(predicted), rows[np.lexsort(keys)]))
    return found


def _areas(predictions: Predictions) -> np.ndarray:
    """The area under the ROC curve of each class against the rest, float (K,), by the Mann-Whitney statistic.

    nan where there are no pictures of the class, or none of others, or no probabilities.
    """
    k, matrix = len(predictions.classes), predictions.matrix
    if matrix is None:
        return np.full(k, np.nan)
    of_class = np.bincount(predictions.actual, minlength=k).astype(float)
    ranks = rankdata(matrix, axis=0)[np.arange(len(predictions)), predictions.actual]  # within the class's own column
    above = np.bincount(predictions.actual, ranks, minlength=k) - of_class * (of_class + 1) / 2
    with np.errstate(invalid="ignore"):
        return above / (of_class * (len(predictions) - of_class))
