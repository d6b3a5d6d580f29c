"""Loss and accuracy by epoch."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import pandas as pd


@dataclass(frozen=True, eq=False)
class LearningCurve:
    """One value an epoch; epoch 0 is before any update.

    epoch: int (epochs + 1,), from 0
    loss, val_loss: log-loss on the training and the validation pictures, nats, float (epochs + 1,); without class
        weights, whatever training minimised
    accuracy, val_accuracy: of the likelier class, in [0, 1], float (epochs + 1,)
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

    @classmethod
    def of(cls, epochs: Sequence[tuple[float, float, float, float]]) -> "LearningCurve":
        """The curve of a training; epochs: loss, accuracy, val_loss and val_accuracy of each, from epoch 0 on."""
        return cls(np.arange(len(epochs)), *np.transpose(epochs))

    def write(self, path: Path) -> None:
        """Write a history.csv, one row an epoch."""
        pd.DataFrame(asdict(self)).to_csv(path, index=False, lineterminator="\n")

    @classmethod
    def read(cls, path: Path) -> "LearningCurve":
        """Read what `write` wrote, to the bit."""
        table = pd.read_csv(path, engine="python")  # the faster engine rounds the last bit wrongly
        return cls(**{name: table[name].to_numpy() for name in cls.__dataclass_fields__})


def side_by_side(curves: dict[str, LearningCurve]) -> pd.DataFrame:
    """Validation accuracy by epoch, one column a model; nan in epochs that a model does not have."""
    columns = {model: pd.Series(curve.val_accuracy, curve.epoch) for model, curve in curves.items()}
    return pd.DataFrame(columns).rename_axis("epoch").reset_index()
