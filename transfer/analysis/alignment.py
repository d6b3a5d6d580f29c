"""Predictions of several models, brought into one order of pictures."""

import numpy as np

from transfer.analysis.predictions import Predictions
from transfer.errors import InputError

MOST_NAMED = 3  # pictures, in an error message


def align(by_model: dict[str, Predictions]) -> dict[str, Predictions]:
    """The predictions of several models, all in the first one's order of pictures.

    Raises InputError, which names the pictures, unless all are of the same pictures with the same actual classes.
    """
    (first, reference), *_ = by_model.items()
    aligned = {}
    for name, predictions in by_model.items():
        only_first = ~np.isin(reference.ids, predictions.ids)
        only_here = ~np.isin(predictions.ids, reference.ids)
        if only_first.any() or only_here.any():
            raise InputError(
                f"{first} and {name} were tested on different pictures: "
                f"{only_first.sum()} only in {first}{_such_as(reference, only_first)}; "
                f"{only_here.sum()} only in {name}{_such_as(predictions, only_here)}; "
                "compare models that were tested on the same split of the same data."
            )
        row_of = {id_: row for row, id_ in enumerate(predictions.ids)}
        aligned[name] = predictions.take(np.array([row_of[id_] for id_ in reference.ids], int))
        relabelled = aligned[name].actual_names != reference.actual_names
        if relabelled.any():
            raise InputError(
                f"{first} and {name} were tested with different labels: {relabelled.sum()} pictures changed class"
                f"{_such_as(reference, relabelled)}; compare models that were tested on the same data."
            )
    return aligned


def _such_as(predictions: Predictions, chosen: np.ndarray) -> str:
    """The first of the chosen pictures by name, as the end of a phrase."""
    some = predictions.take(np.flatnonzero(chosen)[:MOST_NAMED])
    named = [f"{file} (id {id_})" for id_, file in zip(some.ids, some.files, strict=True)]
    return f", such as {', '.join(named)}" if named else ""
