"""What transfer gave, measured against the same network trained from scratch.

The three measures, initial performance, time to learn and final performance, are those of L. Torrey and J. Shavlik,
"Transfer learning", in Handbook of Research on Machine Learning Applications (2009).
"""

from dataclasses import dataclass

import numpy as np

from transfer.analysis.intervals import Interval
from transfer.analysis.model_results import ModelResults


@dataclass(frozen=True)
class Effort:
    """What had been spent at some point of a training, all that came before it included.

    epochs: of the model's own training
    pictures: how many times a picture had gone through the network
    steps: of the optimizer
    """

    epochs: int
    pictures: int
    steps: int


@dataclass(frozen=True)
class ModelTransfer:
    """The three measures of one model.

    initial_accuracy: on the validation split, before any learning of the classes; None where a trained head is what
        training starts from
    first_epoch_accuracy: on the validation split, after one epoch; None if there was none
    time_to_learn: what had been spent when the validation log-loss first came down to the target; None if it never did
    final_accuracy: on the test split
    """

    initial_accuracy: float | None
    first_epoch_accuracy: float | None
    time_to_learn: Effort | None
    final_accuracy: float
    final_accuracy_interval: Interval


@dataclass(frozen=True)
class TransferMeasures:
    """The measures of all models.

    target_log_loss: the lowest on the validation split that training from scratch came to, nats; an accuracy of so few
        pictures would hang on one or two of them
    converged: whether training from scratch had come to its lowest before its last epoch
    """

    target_log_loss: float
    converged: bool
    models: dict[str, ModelTransfer]

    def to_json(self) -> dict:
        """The content of metrics/transfer.json."""
        content: dict = {"target_log_loss": self.target_log_loss, "converged": self.converged}
        for model, measures in self.models.items():
            spent = measures.time_to_learn
            content[model] = {
                "initial_accuracy": measures.initial_accuracy,
                "first_epoch_accuracy": measures.first_epoch_accuracy,
                "epochs_to_match": spent and spent.epochs,
                "pictures_to_match": spent and spent.pictures,
                "steps_to_match": spent and spent.steps,
                "final_accuracy": measures.final_accuracy,
                "final_accuracy_low": measures.final_accuracy_interval.low,
                "final_accuracy_high": measures.final_accuracy_interval.high,
            }
        return content


def transfer_measures(
    models: dict[str, ModelResults], train_pictures: int, baseline: str = "scratch"
) -> TransferMeasures | None:
    """Measure every model against a baseline that was trained from nothing; None where there is no such model.

    models: by name, "head" among them
    train_pictures: size of the train split
    baseline: the model that sets the target
    """
    if baseline not in models:
        return None
    curve = models[baseline].training.curve
    target, converged = float(curve.val_loss.min()), int(np.argmin(curve.val_loss)) < curve.last
    measures = {}
    for model, results in models.items():
        accuracy = results.training.curve.val_accuracy
        measures[model] = ModelTransfer(
            initial_accuracy=None if model == "finetuned" else float(accuracy[0]),
            first_epoch_accuracy=float(accuracy[1]) if len(accuracy) > 1 else None,
            time_to_learn=time_to_learn(model, models, train_pictures, target),
            final_accuracy=results.metrics.accuracy,
            final_accuracy_interval=results.metrics.accuracy_interval,
        )
    return TransferMeasures(target, converged, measures)


def time_to_learn(model: str, models: dict[str, ModelResults], train_pictures: int, target: float) -> Effort | None:
    """What had been spent when a model's validation log-loss first came down to `target`; None if it never did.

    models, train_pictures: see `transfer_measures`
    """
    reached = np.flatnonzero(models[model].training.curve.val_loss <= target)
    return effort(model, models, train_pictures, int(reached[0])) if len(reached) else None


def effort(model: str, models: dict[str, ModelResults], train_pictures: int, epoch: int) -> Effort:
    """What had been spent by the end of an epoch.

    The head's features are computed once, before its first epoch, however many follow; every other epoch runs each
    picture through the network once. "finetuned" starts from the head that was selected; any other model from nothing.

    models, train_pictures: see `transfer_measures`
    """
    steps = epoch * -(-train_pictures // models[model].training.batch_size)
    if model == "head":
        return Effort(epoch, train_pictures if epoch else 0, steps)
    pictures = epoch * train_pictures
    if model == "finetuned":
        head = effort("head", models, train_pictures, models["head"].training.selection.epoch)
        return Effort(epoch, train_pictures + pictures, head.steps + steps)
    return Effort(epoch, pictures, steps)
