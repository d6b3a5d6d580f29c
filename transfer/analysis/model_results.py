"""Everything that a run found out about one model."""

from dataclasses import dataclass

from transfer.analysis.curves import Curves
from transfer.analysis.metrics import Metrics, classification_metrics
from transfer.analysis.predictions import Predictions
from transfer.analysis.training import Training


@dataclass(frozen=True, eq=False)
class ModelResults:
    """One model: how it was trained, and what it does on the test split."""

    training: Training
    predictions: Predictions
    metrics: Metrics
    curves: Curves

    @classmethod
    def of(cls, training: Training, predictions: Predictions, threshold: float) -> "ModelResults":
        """Compute metrics and curves; threshold: the probability from which a picture is called positive."""
        metrics = classification_metrics(predictions.actual, predictions.probability, threshold)
        return cls(training, predictions, metrics, Curves.of(predictions))
