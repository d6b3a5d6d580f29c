"""Averages of the weights before and after training, and which of them to leave (Wortsman et al., 2022, WiSE-FT)."""

from collections.abc import Callable, Iterable

import numpy as np

from transfer.network.training.results import SelectedWeights
from transfer.network.training.state import TrainingState


def select_weights(
    state: TrainingState, averaging_weights: Iterable[float], validate: Callable[[], float]
) -> SelectedWeights:
    """Set the variables to the values with the lowest validation loss: the start's, the best epoch's, or an average.

    Where losses are equal, the start comes before the best epoch, and that before the averages.

    state: after the last epoch
    averaging_weights: in (0, 1), of the best epoch in the averages that are tried; none is where no epoch was trained
    validate: gives the validation loss of the weights that are set, nats
    """
    tried = {0.0: state.losses[0], 1.0: state.losses[state.best_epoch]}
    for weight in averaging_weights if state.best_epoch else ():
        state.assign(average(state.start_values, state.best_values, weight))
        tried[weight] = validate()
    best = min(tried, key=tried.get)
    state.assign(average(state.start_values, state.best_values, best))
    return SelectedWeights(
        epoch=state.best_epoch if best else 0,
        averaging_weight=best or 1.0,
        loss=tried[best],
        tried=dict(sorted(tried.items())),
    )


def average(start: list[np.ndarray], end: list[np.ndarray], weight: float) -> list[np.ndarray]:
    """The weighted mean of two sets of values, array by array.

    start, end: arrays of the same shapes and dtypes; integers, such as a generator's seed, have no average: unless
        `weight` is 0 they are those of `end`
    weight: of `end`, in [0, 1]
    """
    if weight in (0, 1):
        return end if weight else start
    return [
        ((1 - weight) * one + weight * other).astype(other.dtype) if np.issubdtype(other.dtype, np.floating) else other
        for one, other in zip(start, end, strict=True)
    ]
