"""What a training chose on the validation pictures, written once by the stage that chose it and read everywhere."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Selection:
    """The weights that a training left.

    criterion: what was minimised on the validation pictures, "log-loss" or "class-weighted log-loss"
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

    def write(self, path: Path) -> None:
        """Write as JSON."""
        path.write_text(json.dumps(asdict(self), indent=2) + "\n")

    @classmethod
    def read(cls, path: Path) -> "Selection":
        """Read what `write` wrote."""
        values = json.loads(path.read_text())
        return cls(**values | {"tried": tuple(values["tried"])})
