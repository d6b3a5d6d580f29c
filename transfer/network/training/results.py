"""What a training gives: the figures of its epochs, and which weights it left."""

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from transfer.network.link import Link


class EpochFigures(NamedTuple):
    """What one epoch gave. Losses are not weighted by class, whatever training minimised.

    loss, accuracy: of the train pictures, each as it was just before its batch changed the weights
    val_loss, val_accuracy: of the validation pictures, after the epoch
    Losses are cross-entropies in nats; accuracies, those of the likelier class, are in [0, 1].
    """

    loss: float
    accuracy: float
    val_loss: float
    val_accuracy: float

    def __str__(self) -> str:
        return (
            f"loss {self.loss:.4f}, accuracy {self.accuracy:.4f}; "
            f"validation loss {self.val_loss:.4f}, accuracy {self.val_accuracy:.4f}"
        )


def figures(link: Link, targets: np.ndarray, logits: np.ndarray) -> tuple[float, float]:
    """Mean cross-entropy, in nats, and accuracy.

    targets: int (n,)
    logits: (n, units)
    """
    return float(link.losses(targets, logits).mean()), float(np.mean(link.predicted(logits) == targets))


@dataclass(frozen=True)
class SelectedWeights:
    """The weights that a training left, chosen by the validation log-loss (see `Recipe.class_weights`).

    epoch: the epoch they come from; 0 is before any update
    averaging_weight: (0, 1], how much `epoch` counts in the average with epoch 0; 1 means that nothing was averaged
    loss: their validation log-loss, nats, after the temperature
    temperature: at least 1; what the logits were divided by at last
    tried: the loss of each averaging weight of the best epoch that was tried, in rising order; 0 is epoch 0 alone
    """

    epoch: int
    averaging_weight: float
    loss: float
    tried: dict[float, float]
    temperature: float = 1.0

    def __str__(self) -> str:
        average = "" if self.averaging_weight == 1 else f", averaged with epoch 0 (weight {self.averaging_weight:g})"
        cooled = "" if self.temperature == 1 else f" after temperature {self.temperature:.2f}"
        return f"epoch {self.epoch}{average}, loss {self.loss:.4f}{cooled}"

    def as_record(self) -> dict[str, Any]:
        """All fields, `tried` as one dictionary for each weight: averaging_weight, loss."""
        tried = tuple({"averaging_weight": weight, "loss": loss} for weight, loss in self.tried.items())
        return vars(self) | {"tried": tried}
