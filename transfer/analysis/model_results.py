"""Everything that a run found out about one model."""

from dataclasses import dataclass

from transfer.analysis.curves import Curves
from transfer.analysis.doubt import Doubt
from transfer.analysis.metrics import Metrics, measure
from transfer.analysis.per_class import ClassMetrics, per_class
from transfer.analysis.predictions import Predictions
from transfer.analysis.training import Training


@dataclass(frozen=True, eq=False)
class ModelResults:
    """One model: how it was trained, and what it does on the test split.

    per_class: in the order of the names
    validation: what it does on the pictures that chose its weights
    doubt: when it would not answer, and what came of that
    """

    training: Training
    predictions: Predictions
    metrics: Metrics
    curves: Curves
    per_class: tuple[ClassMetrics, ...]
    validation: Predictions
    doubt: Doubt

    @classmethod
    def of(cls, training: Training, predictions: Predictions, validation: Predictions, doubt: Doubt) -> "ModelResults":
        """Compute metrics and curves."""
        measured = (measure(predictions), Curves.of(predictions), per_class(predictions))
        return cls(training, predictions, *measured, validation, doubt)
