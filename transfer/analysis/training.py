"""How a model was trained."""

from dataclasses import dataclass
from pathlib import Path

from transfer.analysis.learning_curve import LearningCurve
from transfer.analysis.selection_record import Selection


@dataclass(frozen=True)
class Training:
    """One training.

    curve: by epoch
    selection: what training chose
    batch_size: pictures in one step of the optimizer
    """

    curve: LearningCurve
    selection: Selection
    batch_size: int

    @classmethod
    def read(cls, folder: Path, batch_size: int) -> "Training":
        """Read history.csv and selection.json, which training left in the model's folder."""
        return cls(LearningCurve.read(folder / "history.csv"), Selection.read(folder / "selection.json"), batch_size)
