"""Which pictures tell most about two models: those they disagree on, and those a model is most confidently wrong on."""

from collections.abc import Mapping

import numpy as np

from transfer.analysis.predictions import Predictions

MOST_DISAGREEMENTS, MOST_ERRORS = 12, 8  # pictures that a report shows


def disagreements(first: Predictions, second: Predictions) -> np.ndarray:
    """Rows of the pictures that the two models call differently, int (m,), the widest apart in probability first.

    first, second: of the same pictures in the same order
    """
    rows = np.flatnonzero(first.predicted != second.predicted)
    apart = np.abs(first.probability[rows].astype(float) - second.probability[rows].astype(float))
    return _sorted(first, rows, -apart)


def confident_errors(predictions: Predictions) -> np.ndarray:
    """Rows of the pictures that are called wrongly, int (m,), the lowest probability of the actual class first."""
    rows = np.flatnonzero(~predictions.right)
    positive = predictions.probability[rows].astype(float)
    return _sorted(predictions, rows, np.where(predictions.actual[rows] == 1, positive, 1 - positive))


def worth_showing(by_model: Mapping[str, Predictions]) -> list[str]:
    """The ids, sorted, of the pictures that a report shows.

    by_model: of the same pictures in the same order; the first two models are the pair compared
    """
    first, second = list(by_model.values())[:2]
    shown = {*first.ids[disagreements(first, second)[:MOST_DISAGREEMENTS]]}
    for predictions in by_model.values():
        shown |= {*predictions.ids[confident_errors(predictions)[:MOST_ERRORS]]}
    return sorted(shown)


def _sorted(predictions: Predictions, rows: np.ndarray, keys: np.ndarray) -> np.ndarray:
    """Rows by rising key; equal keys by id, so that the order depends on nothing else."""
    return rows[np.lexsort([predictions.ids[rows].astype(str), keys])]
