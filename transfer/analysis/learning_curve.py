"""Loss and accuracy by epoch."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import pandas as pd

from transfer.analysis.binary import log_loss


class Epoch(Protocol):
    """What training leaves of one epoch; logits are log-odds of the positive class.

    targets: {0, 1} (n,), of the training pictures in the order in which they were seen
    logits: float32 (n,), of the same pictures
    validation_logits: float32 (m,)
    """

    targets: np.ndarray
    logits: np.ndarray
    validation_logits: np.ndarray


@dataclass(frozen=True, eq=False)
class LearningCurve:
    """One value an epoch; epoch 0 is before any update.

    epoch: int (epochs + 1,), from 0
    loss, val_loss: log-loss on the training and the validation pictures, nats, float (epochs + 1,); without class
        weights, whatever training minimised
    accuracy, val_accuracy: at a threshold of 0.5, in [0, 1], float (epochs + 1,)
    """

    epoch: np.ndarray
    loss: np.ndarray
    accuracy: np.ndarray
    val_loss: np.ndarray
    val_accuracy: np.ndarray

    @property
    def last(self) -> int:
        """The last epoch."""
        return int(self.epoch[-1])

    def write(self, path: Path) -> None:
        """Write a history.csv, one row an epoch."""
        pd.DataFrame(asdict(self)).to_csv(path, index=False, lineterminator="\n")

    @classmethod
    def read(cls, path: Path) -> "LearningCurve":
        """Read what `write` wrote, to the bit."""
        table = pd.read_csv(path, engine="python")  # the faster engine rounds the last bit wrongly
        return cls(**{name: table[name].to_numpy() for name in cls.__dataclass_fields__})


def learning_curve(epochs: Iterable[Epoch], validation_targets: np.ndarray) -> LearningCurve:
    """The curve of a training.

    epochs: from epoch 0 on
    validation_targets: {0, 1} (m,)
    """
    train, validation = [], []
    for epoch in epochs:
        train.append(_loss_and_accuracy(epoch.targets, epoch.logits))
        validation.append(_loss_and_accuracy(validation_targets, epoch.validation_logits))
    return LearningCurve(np.arange(len(train)), *np.transpose(train), *np.transpose(validation))


def side_by_side(curves: dict[str, LearningCurve]) -> pd.DataFrame:
    """Validation accuracy by epoch, one column a model; nan in epochs that a model does not have."""
    columns = {model: pd.Series(curve.val_accuracy, curve.epoch) for model, curve in curves.items()}
    return pd.DataFrame(columns).rename_axis("epoch").reset_index()


def _loss_and_accuracy(targets: np.ndarray, logits: np.ndarray) -> tuple[float, float]:
    """Log-loss, nats, and accuracy at a threshold of 0.5 (targets {0, 1} (n,), logits (n,))."""
    logits = np.asarray(logits)
    probability = 1 / (1 + np.exp(-logits.astype(float)))
    return log_loss(targets, probability), float(np.mean((logits >= 0) == np.asarray(targets, bool)))
