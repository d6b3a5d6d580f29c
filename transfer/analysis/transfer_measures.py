"""What transfer gave: initial performance, time to learn and final performance, beside the same network untransferred.

The three measures are those of L. Torrey and J. Shavlik, "Transfer learning", in Handbook of Research on Machine
Learning Applications (2009).
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class TrainingCourse:
    """How a model's training went, by epoch from 0, which is before any update.

    history: columns val_loss, val_accuracy; pictures: how many times a picture had gone through the network by the end
    of each epoch, int (epochs + 1,); steps: likewise of the optimizer. What came before a model's own epochs counts.
    """

    history: pd.DataFrame
    pictures: np.ndarray
    steps: np.ndarray

    @property
    def kept(self) -> int:
        """The epoch that was kept: that of the lowest validation log-loss."""
        return int(self.history["val_loss"].to_numpy().argmin())


def training_courses(
    histories: dict[str, pd.DataFrame], pictures: int, batches: dict[str, int]
) -> dict[str, TrainingCourse]:
    """The courses of "head", of "finetuned", which starts from the head that was kept, and of any other from nothing.

    pictures: of the train split. The head's features are taken once, before its first epoch, however many follow; every
    other epoch runs each picture through the network once.
    batches: a model's name to the pictures in one of its optimizer steps.
    """
    made = {}
    for model, history in histories.items():
        epochs, steps = np.arange(len(history)), -(-pictures // batches[model])
        if model == "head":
            made[model] = TrainingCourse(history, pictures * (epochs > 0), steps * epochs)
            continue
        start = made["head"] if model == "finetuned" else None
        before = (pictures, start.steps[start.kept]) if start else (0, 0)
        made[model] = TrainingCourse(history, before[0] + pictures * epochs, before[1] + steps * epochs)
    return made


def transfer_measures(courses: dict[str, TrainingCourse], metrics: dict[str, dict], baseline: str = "scratch") -> dict:
    """The three measures of every model, and what they are measured against; {} where there is no baseline.

    metrics: of `classification_metrics`, on the test split. Returns `target_accuracy`, the validation accuracy that the
    baseline ended with (of the epoch that was kept), and for each model: `initial_accuracy` and `first_epoch_accuracy`,
    on validation; `epochs_to_match`, `pictures_to_match`, `steps_to_match`, what had been spent when that target was
    first reached; `final_accuracy` with its 95 % interval, on test. None is what was never reached, or never trained.
    """
    if baseline not in courses:
        return {}
    yardstick = courses[baseline]
    target = float(yardstick.history["val_accuracy"].iloc[yardstick.kept])
    result: dict = {"target_accuracy": target}
    for model, course in courses.items():
        accuracy = course.history["val_accuracy"].to_numpy()
        reached = np.flatnonzero(accuracy >= target)
        spent = {"epochs": np.arange(len(accuracy)), "pictures": course.pictures, "steps": course.steps}
        result[model] = {
            "initial_accuracy": float(accuracy[0]),
            "first_epoch_accuracy": float(accuracy[1]) if len(accuracy) > 1 else None,
            **{f"{name}_to_match": int(by[reached[0]]) if len(reached) else None for name, by in spent.items()},
            **{f"final_{key}": metrics[model][key] for key in ("accuracy", "accuracy_low", "accuracy_high")},
        }
    return result


def side_by_side(histories: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Validation accuracy by epoch, one column a model; nan in the epochs that a model has not."""
    columns = {model: history.set_index("epoch")["val_accuracy"] for model, history in histories.items()}
    return pd.DataFrame(columns).rename_axis("epoch").reset_index()


def mean_and_range(table: pd.DataFrame, measure: str) -> pd.DataFrame:
    """Mean and range over the draws of each size: columns pictures_per_class, mean, low, high; sizes rising.

    table: columns pictures_per_class, draw, `measure`
    """
    groups = table.groupby("pictures_per_class")[measure]
    return groups.agg(mean="mean", low="min", high="max").reset_index()
