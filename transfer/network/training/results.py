"""What a training gives: the logits of its epochs, and which weights it left."""

from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class EpochLogits:
    """What the network gave in one epoch, in log-odds of the positive class.

    targets: {0.0, 1.0} (n,), of the train pictures in the order in which the epoch took them
    logits: float32 (n,), of the same pictures, each computed just before its batch changed the weights
    validation_logits: float32 (m,), of the validation pictures in their own order, after the epoch
    """

    targets: np.ndarray
    logits: np.ndarray
    validation_logits: np.ndarray


@dataclass(frozen=True)
class SelectedWeights:
    """The weights that a training left, chosen by the validation log-loss (see `Recipe.class_weights`).

    epoch: the epoch they come from; 0 is before any update
    averaging_weight: (0, 1], how much `epoch` counts in the average with epoch 0; 1 means that nothing was averaged
    loss: their validation log-loss, nats
    tried: the loss of each averaging weight of the best epoch that was tried, in rising order; 0 is epoch 0 alone
    """

    epoch: int
    averaging_weight: float
    loss: float
    tried: dict[float, float]

    def __str__(self) -> str:
        average = "" if self.averaging_weight == 1 else f", averaged with epoch 0 (weight {self.averaging_weight:g})"
        return f"epoch {self.epoch}{average}, loss {self.loss:.4f}"

    def as_record(self) -> dict[str, Any]:
        """All fields, `tried` as one dictionary for each weight: averaging_weight, loss."""
        tried = tuple({"averaging_weight": weight, "loss": loss} for weight, loss in self.tried.items())
        return vars(self) | {"tried": tried}
