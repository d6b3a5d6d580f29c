"""What ways to train are worth over several trainings, as text for a terminal."""

import numpy as np

from transfer.analysis.metrics import cross_entropies
from transfer.analysis.predictions import Predictions
from transfer.analysis.recipe import recipe_mean

FEW = 5  # trainings, below which the interval is noticeably too narrow


def recipe_table(runs: dict[str, list[Predictions]], seed: int) -> str:
    """Accuracy and log-loss of each recipe, and of two the difference, with intervals over trainings and pictures.

    runs: by model, the predictions of each training, all of the same pictures in the same order
    seed: of the bootstrap
    """
    values = {
        model: {
            "accuracy": np.array([predictions.right for predictions in trainings], float),
            "log-loss": np.array([cross_entropies(predictions) for predictions in trainings]),
        }
        for model, trainings in runs.items()
    }
    trainings, pictures = next(iter(values.values()))["accuracy"].shape
    lines = [f"{f'the recipe: {trainings} trainings, {pictures} pictures':<44}{'mean':>10}    95 % interval"]
    lines += [
        _line(f"{model}, {name}", found, "", seed) for model, each in values.items() for name, found in each.items()
    ]
    if len(values) == 2:
        (first, one), (second, other) = values.items()
        lines += [_line(f"{second} - {first}, {name}", other[name] - one[name], "+", seed) for name in one]
    if trainings < FEW:
        lines.append(f"The intervals of {trainings} trainings are too narrow; take {FEW} or more.")
    return "\n".join(lines)


def _line(label: str, values: np.ndarray, sign: str, seed: int) -> str:
    found = recipe_mean(values, seed)
    mean, low, high = (f"{value:{sign}.4f}" for value in (found.value, found.interval.low, found.interval.high))
    return f"{label:<44}{mean:>10}    {low} to {high}"
