"""What a training chose on the validation pictures, written once by the stage that chose it and read everywhere."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

LOG_LOSS, WEIGHTED_LOG_LOSS = "log-loss", "class-weighted log-loss"  # the criteria


@dataclass(frozen=True)
class Selection:
    """The weights that a training left.

    criterion: what was minimised on pictures that had no part in training, LOG_LOSS or WEIGHTED_LOG_LOSS
    loss: its value for what was chosen, nats, after the temperature
    epoch: the epoch whose weights were chosen, 0 being before any update
    averaging_weight: (0, 1]; below 1 the weights are the average of `epoch`'s, which count so much, and epoch 0's
    tried: everything that was compared, each with its `loss` and what tells it apart (`l2`, `averaging_weight`, ...)
    l2: the strength that was chosen, of a head; else None
    folds: of the cross-validation that chose it; 0 if the validation pictures did
    converged: whether the last pass over the pictures left nothing to gain, of a head; else None
    temperature: at least 1; what the logits were divided by at last; 1 of a head
    """

    criterion: str
    loss: float
    epoch: int
    averaging_weight: float = 1.0
    tried: tuple[dict[str, float], ...] = ()
    l2: float | None = None
    folds: int = 0
    converged: bool | None = None
    temperature: float = 1.0

    @property
    def at_edge(self) -> bool:
        """Whether the strength that was chosen is the weakest or the strongest that was tried, of several."""
        strengths = [entry["l2"] for entry in self.tried if "l2" in entry]
        return len(strengths) > 1 and self.l2 in (strengths[0], strengths[-1])

    @property
    def averaged(self) -> bool:
        """Whether the weights are an average of epoch 0's and a later epoch's."""
        return 0 < self.averaging_weight < 1

    @property
    def weighted(self) -> bool:
        """Whether the criterion counted classes by weights, which learning curves do not."""
        return self.criterion == WEIGHTED_LOG_LOSS

    def loss_of_average(self, weight: float) -> float:
        """The loss of the average in which the later epoch's weights count `weight`; 0 is the start, 1 the epoch."""
        return next(entry["loss"] for entry in self.tried if entry["averaging_weight"] == weight)

    def write(self, path: Path) -> None:
        """Write as JSON."""
        path.write_text(json.dumps(asdict(self), indent=2) + "\n")

    @classmethod
    def read(cls, path: Path) -> "Selection":
        """Read what `write` wrote."""
        values = json.loads(path.read_text())
        return cls(**values | {"tried": tuple(values["tried"])})
