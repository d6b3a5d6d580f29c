"""All metrics of a binary classifier, computed in one place from stored predictions."""

import numpy as np
from sklearn.metrics import average_precision_score, brier_score_loss, confusion_matrix, roc_auc_score

from transfer.analysis.intervals import wilson_interval

CALIBRATION_BINS = 15


def classification_metrics(actual: np.ndarray, probability: np.ndarray, threshold: float) -> dict:
    """Every metric of one model on one set of pictures, as plain floats and ints.

    actual: {0, 1} (n,); probability: P(positive) in [0, 1] (n,); threshold: P from which a picture is called positive.
    A ratio over nothing (precision where nothing was called positive) is 0, and where one class is missing, so that
    there is nothing to rank, `roc_auc` is 0.5 and `average_precision` the share of positives.
    Raises ValueError for no pictures.
    """
    actual, probability = np.asarray(actual, int), np.asarray(probability, float)
    if not len(actual):
        raise ValueError("there are no predictions to measure")
    (tn, fp), (fn, tp) = confusion_matrix(actual, probability >= threshold, labels=[0, 1]).tolist()
    both = 0 < actual.sum() < len(actual)
    low, high = wilson_interval(tp + tn, len(actual))
    return {
        "accuracy": (tp + tn) / len(actual),
        "accuracy_low": low,
        "accuracy_high": high,
        "precision": _ratio(tp, tp + fp),
        "recall": _ratio(tp, tp + fn),
        "f1": _ratio(2 * tp, 2 * tp + fp + fn),
        "specificity": _ratio(tn, tn + fp),
        "roc_auc": float(roc_auc_score(actual, probability)) if both else 0.5,
        "average_precision": float(average_precision_score(actual, probability)) if both else float(actual.mean()),
        "log_loss": log_loss(actual, probability),
        "brier": float(brier_score_loss(actual, probability, labels=[0, 1])),
        "ece": expected_calibration_error(actual, probability),
        "n": len(actual),
        "confusion": {"tp": tp, "fp": fp, "fn": fn, "tn": tn},
    }


def _ratio(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def losses(actual: np.ndarray, probability: np.ndarray) -> np.ndarray:
    """Cross-entropy of each prediction, in nats, float64 (n,); probabilities are kept 2**-24 from 0 and 1.

    2**-24 is what float32 can still tell from 1, so no stored prediction costs more than 16.6.
    """
    p = np.clip(np.asarray(probability, float), 2.0**-24, 1 - 2.0**-24)
    return -np.where(np.asarray(actual, bool), np.log(p), np.log1p(-p))


def log_loss(actual: np.ndarray, probability: np.ndarray) -> float:
    """Mean cross-entropy in nats."""
    return float(losses(actual, probability).mean())


def expected_calibration_error(actual: np.ndarray, probability: np.ndarray, bins: int = CALIBRATION_BINS) -> float:
    """Mean distance between P(positive) and the share of positives over equal-width bins, weighted by their pictures.

    Naeini et al. (2015), on the positive class's probability rather than on the winner's.
    """
    actual, probability = np.asarray(actual, float), np.asarray(probability, float)
    index = np.minimum((probability * bins).astype(int), bins - 1)
    gap = np.bincount(index, probability - actual, minlength=bins)
    return float(np.abs(gap).sum() / len(actual))
