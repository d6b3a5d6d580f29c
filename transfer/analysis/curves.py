"""The curves of one model, as small tables: ROC, precision-recall, calibration."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from sklearn.metrics import precision_recall_curve, roc_curve

from transfer.analysis.calibration import calibration_curve
from transfer.analysis.metrics import calibrated
from transfer.analysis.predictions import Predictions

MOST_POINTS = 200  # of a curve: more than a screen shows


@dataclass(frozen=True, eq=False)
class Curves:
    """The curves of one model.

    roc: columns fpr, tpr, in [0, 1]
    precision_recall: columns recall (rising), precision, in [0, 1]
    calibration: see `calibration_curve`
    by_class: multiclass, by name, `roc` and `precision_recall` of each class against the rest; those above are then
        their means. Classes without pictures have none.

    Where all pictures are of one class, nothing can be ranked, and those tables have no rows.
    """

    roc: pd.DataFrame
    precision_recall: pd.DataFrame
    calibration: pd.DataFrame
    by_class: dict[str, tuple[pd.DataFrame, pd.DataFrame]] = field(default_factory=dict)

    @classmethod
    def of(cls, predictions: Predictions) -> "Curves":
        """The curves of predictions that have the probabilities of all classes."""
        calibration = calibration_curve(*calibrated(predictions))
        if predictions.classes.binary and 0 < predictions.actual.sum() < len(predictions):
            of_model = (predictions.actual, predictions.score)
            return cls(roc(*of_model), precision_recall(*of_model), calibration)
        by_class = one_against_rest(predictions)
        rocs, others = ([pair[place] for pair in by_class.values()] for place in (0, 1))
        return cls(mean_roc(rocs), mean_precision_recall(others), calibration, by_class)

    def tables(self) -> dict[str, pd.DataFrame]:
        """The curves of the model as a whole, by name."""
        return {name: getattr(self, name) for name in ("roc", "precision_recall", "calibration")}


def roc(actual: np.ndarray, score: np.ndarray) -> pd.DataFrame:
    """The ROC curve: columns fpr, tpr, at most MOST_POINTS rows.

    actual: {0, 1} (n,), whether a picture is of the class; both are there
    score: what ranks them, (n,), highest for those that are most surely of the class
    """
    fpr, tpr, _ = roc_curve(actual, score)
    return thin(pd.DataFrame({"fpr": fpr, "tpr": tpr}))


def precision_recall(actual: np.ndarray, score: np.ndarray) -> pd.DataFrame:
    """Precision against recall: columns recall (rising), precision, at most MOST_POINTS rows.

    actual: {0, 1} (n,), whether a picture is of the class
    score: what ranks them, (n,), highest for those that are most surely of the class
    """
    precision, recall, _ = precision_recall_curve(actual, score)
    return thin(pd.DataFrame({"recall": recall[::-1], "precision": precision[::-1]}))


def one_against_rest(predictions: Predictions) -> dict[str, tuple[pd.DataFrame, pd.DataFrame]]:
    """`roc` and `precision_recall` of each class, by name; of those only that have pictures, and others have, too.

    predictions: with `probabilities`
    """
    there = np.unique(predictions.actual)
    curves = {}
    for index in there if len(there) > 1 else ():
        of_class = (predictions.actual == index, predictions.probabilities[:, index])
        curves[predictions.classes.names[index]] = (roc(*of_class), precision_recall(*of_class))
    return curves


def mean_roc(curves: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """The mean true positive rate of several ROC curves at each false positive rate, columns as of `roc`."""
    if not curves:
        return pd.DataFrame({"fpr": [], "tpr": []})
    fpr = np.linspace(0, 1, MOST_POINTS - 1)
    tpr = np.mean([np.interp(fpr, curve["fpr"], curve["tpr"]) for curve in curves], axis=0)
    return pd.DataFrame({"fpr": [0.0, *fpr], "tpr": [0.0, *tpr]})


def mean_precision_recall(curves: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """The mean precision of several curves at each recall, columns as of `precision_recall`; of none no rows.

    Between two recalls that a curve reaches, it has the precision of the higher one: what lies between is not reached.
    """
    if not curves:
        return pd.DataFrame({"recall": [], "precision": []})
    recall = np.linspace(0, 1, MOST_POINTS)
    at = [np.searchsorted(curve["recall"], recall) for curve in curves]
    precision = np.mean([curve["precision"].to_numpy()[rows] for curve, rows in zip(curves, at, strict=True)], axis=0)
    return pd.DataFrame({"recall": recall, "precision": precision})


def thin(table: pd.DataFrame) -> pd.DataFrame:
    """At most MOST_POINTS rows, evenly chosen, the first and the last among them."""
    rows = np.unique(np.linspace(0, len(table) - 1, min(len(table), MOST_POINTS)).round().astype(int))
    return table.iloc[rows].reset_index(drop=True)
