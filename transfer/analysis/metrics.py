"""The metrics of a model, computed from stored predictions: where the binary and the multiclass form part."""

import numpy as np

from transfer.analysis import binary, multiclass
from transfer.analysis.binary import BinaryMetrics, binary_metrics
from transfer.analysis.multiclass import MulticlassMetrics, multiclass_metrics
from transfer.analysis.predictions import Predictions

Metrics = BinaryMetrics | MulticlassMetrics


def measure(predictions: Predictions) -> Metrics:
    """Measure one model on one set of pictures.

    Raises ValueError if there are no pictures.
    """
    return binary_metrics(predictions) if predictions.classes.binary else multiclass_metrics(predictions)


def from_json(content: dict) -> Metrics:
    """The metrics in a metrics/MODEL.json."""
    return (MulticlassMetrics if "classes" in content else BinaryMetrics).from_json(content)


def cross_entropies(predictions: Predictions) -> np.ndarray:
    """Cross-entropy of each prediction, nats, float64 (n,); none is above 16.6."""
    if predictions.classes.binary:
        return binary.cross_entropies(predictions.actual, predictions.probability)
    return multiclass.cross_entropies(predictions.actual_probability)


def calibrated(predictions: Predictions) -> tuple[np.ndarray, np.ndarray]:
    """What calibration is measured of: whether something happened, {0, 1} (n,), and its probability, float (n,).

    That the picture is of the positive class, or where there is none, that the predicted class is right.
    """
    if predictions.classes.binary:
        return predictions.actual, predictions.probability
    return predictions.right.astype(int), predictions.called_probability
