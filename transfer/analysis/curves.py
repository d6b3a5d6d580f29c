"""The curves of one model, as small tables: ROC, precision-recall, calibration; and what each threshold gives."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from sklearn.metrics import precision_recall_curve, roc_curve

from transfer.analysis.calibration import calibration_curve
from transfer.analysis.predictions import Predictions

MOST_POINTS = 200  # of a curve: more than a screen shows


@dataclass(frozen=True, eq=False)
class Curves:
    """The curves of one model.

    roc: columns fpr, tpr, in [0, 1]
    precision_recall: columns recall (rising), precision, in [0, 1]
    calibration: see `calibration_curve`
    """

    roc: pd.DataFrame
    precision_recall: pd.DataFrame
    calibration: pd.DataFrame

    @classmethod
    def of(cls, predictions: Predictions) -> "Curves":
        """The curves of stored predictions, which need pictures of both classes."""
        of_model = (predictions.actual, predictions.probability)
        return cls(roc(*of_model), precision_recall(*of_model), calibration_curve(*of_model))


def roc(actual: np.ndarray, probability: np.ndarray) -> pd.DataFrame:
    """The ROC curve: columns fpr, tpr, at most MOST_POINTS rows.

    actual: {0, 1} (n,), both classes present
    probability: of the positive class, (n,)
    """
    fpr, tpr, _ = roc_curve(actual, probability)
    return _thin(pd.DataFrame({"fpr": fpr, "tpr": tpr}))


def precision_recall(actual: np.ndarray, probability: np.ndarray) -> pd.DataFrame:
    """Precision against recall: columns recall (rising), precision, at most MOST_POINTS rows.

    actual: {0, 1} (n,)
    probability: of the positive class, (n,)
    """
    precision, recall, _ = precision_recall_curve(actual, probability)
    return _thin(pd.DataFrame({"recall": recall[::-1], "precision": precision[::-1]}))


def thresholds(actual: np.ndarray, probability: np.ndarray, at: list[float]) -> pd.DataFrame:
    """What each threshold in `at` gives: columns threshold, precision, recall, fp, fn.

    actual: {0, 1} (n,)
    probability: of the positive class, (n,); a picture is called positive from the threshold on

    Precision is 0 where no picture is called positive, and recall where no picture is positive.
    """
    actual, probability = np.asarray(actual, bool), np.asarray(probability, float)
    called = probability >= np.asarray(at)[:, None]  # (thresholds, n)
    tp, fp, fn = (called & actual).sum(axis=1), (called & ~actual).sum(axis=1), (~called & actual).sum(axis=1)
    rates = {"precision": tp / np.maximum(tp + fp, 1), "recall": tp / np.maximum(tp + fn, 1)}
    return pd.DataFrame({"threshold": at, **rates, "fp": fp, "fn": fn})


def _thin(table: pd.DataFrame) -> pd.DataFrame:
    """At most MOST_POINTS rows, evenly chosen, the first and the last among them."""
    rows = np.unique(np.linspace(0, len(table) - 1, min(len(table), MOST_POINTS)).round().astype(int))
    return table.iloc[rows].reset_index(drop=True)
