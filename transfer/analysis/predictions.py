"""Stored predictions: what every metric, curve and comparison is computed from."""

from dataclasses import dataclass, replace
from io import TextIOBase
from pathlib import Path

import numpy as np
import pandas as pd

from transfer.errors import InputError

MOST_NAMED = 3  # pictures, in an error message


@dataclass(frozen=True, eq=False)
class Predictions:
    """What one model predicted of n pictures.

    ids: text (n,), one of its own for each picture
    files: text (n,), where each picture came from
    actual: {0, 1} (n,), indices of `classes`
    predicted: {0, 1} (n,), likewise
    probability: of the positive class, float32 (n,) in [0, 1]
    classes: names of the negative and the positive class
    """

    ids: np.ndarray
    files: np.ndarray
    actual: np.ndarray
    predicted: np.ndarray
    probability: np.ndarray
    classes: tuple[str, str]

    @classmethod
    def at_threshold(
        cls,
        ids: list[str] | np.ndarray,
        files: list[str] | np.ndarray,
        actual: np.ndarray,
        probability: np.ndarray,
        classes: tuple[str, str],
        threshold: float,
    ) -> "Predictions":
        """Predict the positive class where its probability is at least `threshold`; other arguments: the fields."""
        probability = np.asarray(probability, np.float32)
        predicted = (probability.astype(float) >= threshold).astype(int)
        ids, files = (np.asarray(column, dtype=object) for column in (ids, files))
        return cls(ids, files, np.asarray(actual, int), predicted, probability, classes)

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def right(self) -> np.ndarray:
        """Which predictions are right, bool (n,)."""
        return self.predicted == self.actual

    @property
    def actual_names(self) -> np.ndarray:
        """The actual class of each picture by name, text (n,)."""
        return np.array(self.classes)[self.actual]

    def take(self, rows: np.ndarray) -> "Predictions":
        """The pictures at `rows`, int (m,), in that order."""
        columns = ("ids", "files", "actual", "predicted", "probability")
        return replace(self, **{name: getattr(self, name)[rows] for name in columns})

    def implied_threshold(self) -> float:
        """A threshold that gives what was predicted: above 1 if no picture was called positive."""
        positive = self.probability[self.predicted == 1]
        return float(positive.min()) if len(positive) else 2.0

    def write(self, path: Path) -> None:
        """Write a predictions.csv, classes by name.

        Each probability is written as the shortest decimal that reads back as the same float32.
        """
        predicted = np.array(self.classes)[self.predicted]
        columns = {"id": self.ids, "file": self.files, "actual": self.actual_names, "predicted": predicted}
        table = pd.DataFrame(columns | {"probability": self.probability})
        table.to_csv(path, index=False, lineterminator="\n")

    @classmethod
    def read(cls, path: Path | TextIOBase, positive: str) -> "Predictions":
        """Read what `write` wrote, to the bit.

        positive: the name of the positive class
        """
        table = pd.read_csv(path, dtype=str, keep_default_na=False)
        others = sorted({*table["actual"], *table["predicted"]} - {positive})
        return cls(
            ids=table["id"].to_numpy(object),
            files=table["file"].to_numpy(object),
            actual=(table["actual"] == positive).to_numpy(int),
            predicted=(table["predicted"] == positive).to_numpy(int),
            # Not converted by read_csv, which rounds the last bit wrongly in some versions.
            probability=table["probability"].astype(float).to_numpy(np.float32),
            classes=(others[0] if others else f"not {positive}", positive),
        )


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
