"""What a training chose on the validation pictures, written once by the stage that chose it and read everywhere."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

LOG_LOSS, WEIGHTED_LOG_LOSS = "log-loss", "class-weighted log-loss"  # the criteria


@dataclass(frozen=True)
class Selection:
    """The weights that a training left.

    criterion: what was minimised on the validation pictures, LOG_LOSS or WEIGHTED_LOG_LOSS
    loss: its value for what was chosen, nats
    epoch: the epoch whose weights were chosen, 0 being before any update
    averaging_weight: (0, 1]; below 1 the weights are the average of `epoch`'s, which count so much, and epoch 0's
    tried: everything that was compared, each with its `loss` and what tells it apart (`l2`, `averaging_weight`, ...)
    l2: the strength that was chosen, of a head; else None
    """

    criterion: str
    loss: float
    epoch: int
    averaging_weight: float = 1.0
    tried: tuple[dict[str, float], ...] = ()
    l2: float | None = None

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
