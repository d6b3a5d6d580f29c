"""The multiclass form: metrics of a model that gives the probability of each class."""

from dataclasses import asdict, dataclass

import numpy as np

from transfer.analysis.calibration import SMALLEST, calibration_error_floor, expected_calibration_error
from transfer.analysis.intervals import Interval, wilson_interval
from transfer.analysis.per_class import ClassMetrics, per_class
from transfer.analysis.predictions import Predictions

TOP = 5
MOST_LISTED = 20  # classes whose own metrics stand in the JSON: more would hide the others


@dataclass(frozen=True)
class MulticlassMetrics:
    """The metrics of one model on one set of `n` pictures.

    balanced_accuracy, macro_recall: mean over the classes of recall, the same number under both its names
    macro_precision, macro_f1, roc_auc_ovr: means over the classes, each against the rest
    weighted_f1: mean over the classes, weighted by their pictures
    log_loss: mean cross-entropy, nats
    brier: mean over pictures of the sum over classes of the squared errors of the probabilities, in [0, 2]
    ece: expected calibration error, of the predicted class
    ece_floor: what calibrated probabilities would show by chance, see `calibration_error_floor`; None in older runs
    top_5_accuracy: share of the pictures whose class is among the five most probable; for more than ten classes
    classes: their number
    by_class: for at most 20 classes, precision, recall, f1, n and roc_auc of each

    All others but `n` are in [0, 1]. No mean counts classes without pictures. What is not known is None: `roc_auc_ovr`,
    `brier` and `top_5_accuracy` need the probabilities of all classes, and the first a class that can be ranked.
    """

    accuracy: float
    accuracy_interval: Interval
    balanced_accuracy: float
    macro_precision: float
    macro_recall: float
    macro_f1: float
    weighted_f1: float
    log_loss: float
    brier: float | None
    ece: float
    ece_floor: float | None
    roc_auc_ovr: float | None
    top_5_accuracy: float | None
    n: int
    classes: int
    by_class: dict[str, dict[str, float]] | None = None

    def to_json(self) -> dict:
        """The content of metrics/MODEL.json, without what is not known."""
        values = {key: value for key, value in asdict(self).items() if value is not None}
        interval = values.pop("accuracy_interval")
        accuracy = {"accuracy": values.pop("accuracy")}
        return accuracy | {"accuracy_low": interval["low"], "accuracy_high": interval["high"]} | values

    @classmethod
    def from_json(cls, content: dict) -> "MulticlassMetrics":
        """The metrics that `to_json` gave."""
        values = dict.fromkeys(("brier", "ece_floor", "roc_auc_ovr", "top_5_accuracy")) | content
        interval = Interval(values.pop("accuracy_low"), values.pop("accuracy_high"))
        return cls(accuracy_interval=interval, **values)


def multiclass_metrics(predictions: Predictions) -> MulticlassMetrics:
    """Measure one model on one set of pictures.

    Raises ValueError if there are no pictures.
    """
    n, right = len(predictions), int(predictions.right.sum())
    if not n:
        raise ValueError("there are no predictions to measure")
    there = [one for one in per_class(predictions) if one.n]
    ranked = [one.roc_auc for one in there if one.roc_auc is not None]
    recall = _mean([one.recall for one in there])
    few = len(predictions.classes) <= MOST_LISTED
    return MulticlassMetrics(
        accuracy=right / n,
        accuracy_interval=wilson_interval(right, n),
        balanced_accuracy=recall,
        macro_precision=_mean([one.precision for one in there]),
        macro_recall=recall,
        macro_f1=_mean([one.f1 for one in there]),
        weighted_f1=float(np.average([one.f1 for one in there], weights=[one.n for one in there])),
        log_loss=float(cross_entropies(predictions.actual_probability).mean()),
        brier=_brier(predictions),
        ece=expected_calibration_error(predictions.right, predictions.called_probability),
        ece_floor=calibration_error_floor(predictions.called_probability),
        roc_auc_ovr=_mean(ranked) if ranked else None,
        top_5_accuracy=_top_accuracy(predictions),
        n=n,
        classes=len(predictions.classes),
        by_class={one.name: _listed(one) for one in there} if few else None,
    )


def cross_entropies(actual_probability: np.ndarray) -> np.ndarray:
    """Cross-entropy of each prediction, nats, float64 (n,).

    actual_probability: of the actual class, (n,); clipped by 2**-24 at both ends, so that none costs more than 16.6
    """
    return -np.log(np.clip(np.asarray(actual_probability, float), SMALLEST, 1 - SMALLEST))


def _mean(values: list[float]) -> float:
    return float(np.mean(values))


def _listed(one: ClassMetrics) -> dict[str, float]:
    """The metrics of a class that has pictures, as the JSON has them."""
    values = {key: getattr(one, key) for key in ("precision", "recall", "f1", "n", "roc_auc")}
    return {key: value for key, value in values.items() if value is not None}


def _brier(predictions: Predictions) -> float | None:
    if predictions.matrix is None:
        return None
    wanted = np.arange(len(predictions.classes)) == predictions.actual[:, None]
    return float(np.sum((predictions.matrix.astype(float) - wanted) ** 2, axis=1).mean())


def _top_accuracy(predictions: Predictions) -> float | None:
    """Of classes that are equally probable, the first come first, as where one class is predicted."""
    matrix, k = predictions.matrix, len(predictions.classes)
    if matrix is None or k <= 2 * TOP:
        return None
    of_actual = predictions.actual_probability[:, None]
    before = np.arange(k) < predictions.actual[:, None]
    rank = np.sum((matrix > of_actual) | ((matrix == of_actual) & before), axis=1)
    return float(np.mean(rank < TOP))
