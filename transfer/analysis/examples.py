"""Which pictures tell most about two models: those they disagree on, and those a model is most confidently wrong on."""

from collections.abc import Mapping

import numpy as np

from transfer.analysis.per_class import most_confused
from transfer.analysis.predictions import Predictions

MOST_DISAGREEMENTS, MOST_ERRORS = 12, 8  # pictures that a report shows
MOST_PAIRS, MOST_OF_PAIR = 8, 5  # pairs of classes that were confused, and pictures of each


def disagreements(first: Predictions, second: Predictions) -> np.ndarray:
    """Rows of the pictures that the two models call differently, int (m,).

    Those come first on which they are widest apart in the probability of the actual class.

    first, second: of the same pictures in the same order
    """
    rows = np.flatnonzero(first.predicted != second.predicted)
    apart = np.abs(first.actual_probability[rows].astype(float) - second.actual_probability[rows].astype(float))
    return _sorted(first, rows, -apart)


def confident_errors(predictions: Predictions) -> np.ndarray:
    """Rows of the pictures that are called wrongly, int (m,), the highest probability of the class called first."""
    rows = np.flatnonzero(~predictions.right)
    return _sorted(predictions, rows, -predictions.called_probability[rows])


def worth_showing(by_model: Mapping[str, Predictions]) -> list[str]:
    """The ids, sorted, of the pictures that a report shows.

    by_model: of the same pictures in the same order; the first two models are the pair compared
    """
    first, second = list(by_model.values())[:2]
    shown = {*first.ids[disagreements(first, second)[:MOST_DISAGREEMENTS]]}
    for predictions in by_model.values():
        shown |= {*predictions.ids[confident_errors(predictions)[:MOST_ERRORS]]}
        pairs = [] if predictions.classes.binary else most_confused(predictions, MOST_PAIRS)
        shown |= {id_ for _, _, rows in pairs for id_ in predictions.ids[rows[:MOST_OF_PAIR]]}
    return sorted(shown)


def _sorted(predictions: Predictions, rows: np.ndarray, keys: np.ndarray) -> np.ndarray:
    """Rows by rising key; equal keys by id, so that the order depends on nothing else."""
    return rows[np.lexsort([predictions.ids[rows].astype(str), keys])]
