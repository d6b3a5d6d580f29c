"""The binary form: metrics of a model that gives the probability of a positive class, and what thresholds give."""

from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd
from sklearn.metrics import average_precision_score, brier_score_loss, confusion_matrix, roc_auc_score

from transfer.analysis.calibration import SMALLEST, calibration_error_floor, expected_calibration_error
from transfer.analysis.intervals import Interval, wilson_interval
from transfer.analysis.predictions import Predictions


@dataclass(frozen=True)
class Confusion:
    """Counts of pictures: true and false positives, false and true negatives."""

    tp: int
    fp: int
    fn: int
    tn: int


@dataclass(frozen=True)
class BinaryMetrics:
    """The metrics of one model on one set of `n` pictures.

    log_loss: mean cross-entropy, nats
    brier: mean squared error of the probabilities
    ece: expected calibration error
    ece_floor: what calibrated probabilities would show by chance, see `calibration_error_floor`; None in older runs
    threshold: the probability from which a picture is called positive; None in older runs
    All others but the counts are in [0, 1]. What would be a ratio over zero (precision where no picture was called
    positive) is 0. Where one class is missing, so that there is nothing to rank, `roc_auc` is 0.5 and
    `average_precision` the fraction of positives.
    """

    accuracy: float
    accuracy_interval: Interval
    precision: float
    recall: float
    f1: float
    specificity: float
    roc_auc: float
    average_precision: float
    log_loss: float
    brier: float
    ece: float
    ece_floor: float | None
    n: int
    threshold: float | None
    confusion: Confusion

    def to_json(self) -> dict:
        """The content of metrics/MODEL.json."""
        values = asdict(self)
        interval = values.pop("accuracy_interval")
        accuracy = {"accuracy": values.pop("accuracy")}
        return accuracy | {"accuracy_low": interval["low"], "accuracy_high": interval["high"]} | values

    @classmethod
    def from_json(cls, content: dict) -> "BinaryMetrics":
        """The metrics that `to_json` gave."""
        values = {"ece_floor": None, "threshold": None} | content
        interval = Interval(values.pop("accuracy_low"), values.pop("accuracy_high"))
        confusion = Confusion(**values.pop("confusion"))
        return cls(accuracy_interval=interval, confusion=confusion, **values)


def binary_metrics(predictions: Predictions) -> BinaryMetrics:
    """Measure one model on one set of pictures.

    Raises ValueError if there are no pictures.
    """
    actual, probability, score = predictions.actual, predictions.probability.astype(float), predictions.score
    if not len(actual):
        raise ValueError("there are no predictions to measure")
    (tn, fp), (fn, tp) = confusion_matrix(actual, predictions.predicted, labels=[0, 1]).tolist()
    both_classes = 0 < actual.sum() < len(actual)
    return BinaryMetrics(
        accuracy=(tp + tn) / len(actual),
        accuracy_interval=wilson_interval(tp + tn, len(actual)),
        precision=_ratio(tp, tp + fp),
        recall=_ratio(tp, tp + fn),
        f1=_ratio(2 * tp, 2 * tp + fp + fn),
        specificity=_ratio(tn, tn + fp),
        roc_auc=float(roc_auc_score(actual, score)) if both_classes else 0.5,
        average_precision=float(average_precision_score(actual, score)) if both_classes else float(actual.mean()),
        log_loss=log_loss(actual, probability),
        brier=float(brier_score_loss(actual, probability, labels=[0, 1])),
        ece=expected_calibration_error(actual, probability),
        ece_floor=calibration_error_floor(probability),
        n=len(actual),
        threshold=predictions.threshold,
        confusion=Confusion(tp=tp, fp=fp, fn=fn, tn=tn),
    )


def _ratio(numerator: int, denominator: int) -> float:
    return numerator / denominator if denominator else 0.0


def cross_entropies(actual: np.ndarray, probability: np.ndarray) -> np.ndarray:
    """Cross-entropy of each prediction, nats, float64 (n,).

    actual: {0, 1} (n,)
    probability: of the positive class, (n,); clipped by 2**-24 at both ends, so that no prediction costs more than 16.6
    """
    p = np.clip(np.asarray(probability, float), SMALLEST, 1 - SMALLEST)
    return -np.where(np.asarray(actual, bool), np.log(p), np.log1p(-p))


def log_loss(actual: np.ndarray, probability: np.ndarray) -> float:
    """Mean cross-entropy, nats; see `cross_entropies`."""
    return float(cross_entropies(actual, probability).mean())


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
