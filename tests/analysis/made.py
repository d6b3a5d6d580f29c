"""Made-up predictions and trainings, for the tests of what is computed from them."""

import numpy as np

from transfer.analysis.learning_curve import LearningCurve
from transfer.analysis.predictions import Predictions
from transfer.analysis.selection_record import LOG_LOSS, Selection
from transfer.analysis.training import Training
from transfer.classes import Classes

CLASSES = Classes.of(("cats", "dogs"), "dogs")


def probabilities(actual: np.ndarray, clarity: float, seed: int) -> np.ndarray:
    """P(positive), float32 (n,), calibrated, of a model that sees each picture's class through unit noise."""
    seen = (actual - 0.5) * clarity + np.random.default_rng(seed).normal(size=len(actual))
    return (1 / (1 + np.exp(-clarity * seen))).astype(np.float32)


def predictions(
    actual, probability, *, ids=None, files=None, classes: Classes = CLASSES, threshold: float = 0.5, logits=None
) -> Predictions:
    """Predictions of made-up pictures; probability: of the positive class (n,), or in the multiclass form (n, K)."""
    ids = [f"{index:016x}" for index in range(len(actual))] if ids is None else ids
    files = [f"test/{id_}.jpg" for id_ in ids] if files is None else files
    probability = np.asarray(probability, np.float32)
    if classes.binary:
        probability = np.column_stack([1 - probability, probability])
    return Predictions.of(ids, files, np.asarray(actual), probability, classes, threshold, logits)


def shares(actual: np.ndarray, k: int, clarity: float, seed: int) -> np.ndarray:
    """The probability of each of k classes, float32 (n, k), calibrated where each class is as frequent.

    Of a model that sees each picture's class through unit noise.
    """
    seen = np.random.default_rng(seed).normal(size=(len(actual), k)) + clarity * np.eye(k)[actual]
    raised = np.exp(clarity * (seen - seen.max(axis=1, keepdims=True)))
    return (raised / raised.sum(axis=1, keepdims=True)).astype(np.float32)


def curve(loss: list[float], accuracy: list[float] | None = None) -> LearningCurve:
    """A learning curve with these validation figures, and the same on training."""
    loss = np.array(loss, float)
    accuracy = 1 - loss if accuracy is None else np.array(accuracy, float)
    return LearningCurve(np.arange(len(loss)), loss, accuracy, loss, accuracy)


def training(
    loss: list[float],
    epoch: int,
    *,
    accuracy: list[float] | None = None,
    averages: dict[float, float] | None = None,
    weight: float = 1.0,
    selected_loss: float | None = None,
    criterion: str = LOG_LOSS,
    batch_size: int = 32,
) -> Training:
    """A training that selected an epoch, or an average with it.

    loss, accuracy: on validation, by epoch
    averages: by averaging weight, the loss of each average that was tried
    selected_loss: of what was selected, if it is not that of the epoch on the curve
    """
    tried = tuple({"averaging_weight": tried, "loss": value} for tried, value in (averages or {}).items())
    value = loss[epoch] if selected_loss is None else selected_loss
    return Training(curve(loss, accuracy), Selection(criterion, value, epoch, weight, tried), batch_size)
