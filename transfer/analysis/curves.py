"""Curves of one model as small tables: ROC, precision-recall, calibration."""

import numpy as np
import pandas as pd
from sklearn.metrics import precision_recall_curve, roc_curve

MOST_POINTS = 200
CALIBRATION_BINS = 10


def roc(actual: np.ndarray, probability: np.ndarray) -> pd.DataFrame:
    """Columns fpr, tpr, in [0, 1], at most 200 rows; needs both classes in actual {0, 1} (n,)."""
    fpr, tpr, _ = roc_curve(actual, probability)
    return _thin(pd.DataFrame({"fpr": fpr, "tpr": tpr}))


def precision_recall(actual: np.ndarray, probability: np.ndarray) -> pd.DataFrame:
    """Columns recall, precision, in [0, 1], recall rising, at most 200 rows."""
    precision, recall, _ = precision_recall_curve(actual, probability)
    return _thin(pd.DataFrame({"recall": recall[::-1], "precision": precision[::-1]}))


def calibration(actual: np.ndarray, probability: np.ndarray) -> pd.DataFrame:
    """Columns predicted (mean P), observed (share of positives), n (pictures), by equal-width bin, none empty."""
    index = np.minimum((np.asarray(probability, float) * CALIBRATION_BINS).astype(int), CALIBRATION_BINS - 1)
    table = pd.DataFrame({"predicted": np.asarray(probability, float), "observed": np.asarray(actual, float), "n": 1})
    return table.groupby(index).agg({"predicted": "mean", "observed": "mean", "n": "sum"}).reset_index(drop=True)


def thresholds(actual: np.ndarray, probability: np.ndarray, at: list[float]) -> pd.DataFrame:
    """Columns threshold, precision, recall, fp, fn of calling positive what has P >= threshold; a row for each in `at`.

    Precision is 0 where nothing is called positive, recall where nothing is.
    """
    actual, probability = np.asarray(actual, bool), np.asarray(probability, float)
    called = probability >= np.asarray(at)[:, None]  # (thresholds, n)
    tp, fp, fn = (called & actual).sum(axis=1), (called & ~actual).sum(axis=1), (~called & actual).sum(axis=1)
    rates = {"precision": tp / np.maximum(tp + fp, 1), "recall": tp / np.maximum(tp + fn, 1)}
    return pd.DataFrame({"threshold": at, **rates, "fp": fp, "fn": fn})


def _thin(table: pd.DataFrame) -> pd.DataFrame:
    """At most MOST_POINTS rows, evenly chosen, ends kept."""
    rows = np.unique(np.linspace(0, len(table) - 1, min(len(table), MOST_POINTS)).round().astype(int))
    return table.iloc[rows].reset_index(drop=True)
