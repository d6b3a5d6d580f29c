"""Stored predictions: what every metric, curve and comparison is computed from."""

from dataclasses import dataclass, replace
from io import TextIOBase
from pathlib import Path

import numpy as np
import pandas as pd

from transfer.classes import Classes
from transfer.errors import InputError


@dataclass(frozen=True, eq=False)
class Predictions:
    """What one model predicted of n pictures of K classes.

    ids: text (n,), one of its own for each picture
    files: text (n,), where each picture came from
    actual: int (n,) in [0, K), indices of `classes.names`
    predicted: int (n,), likewise
    probability: in the binary form of the positive class, otherwise of the predicted one; float32 (n,) in [0, 1]
    actual_probability: of the actual class, float (n,) in [0, 1]
    classes: what the indices mean
    threshold: in the binary form, the probability from which the positive class is predicted, as long as it is known:
        predictions.csv does not keep it
    logit: in the binary form, the log-odds of the positive class, float32 (n,), where they are known: they rank even
        pictures whose probabilities are all 1
    probabilities: multiclass, of each class, float32 (n, K), where it is at hand: predictions.csv does not keep it
    """

    ids: np.ndarray
    files: np.ndarray
    actual: np.ndarray
    predicted: np.ndarray
    probability: np.ndarray
    actual_probability: np.ndarray
    classes: Classes
    threshold: float | None = None
    logit: np.ndarray | None = None
    probabilities: np.ndarray | None = None

    @classmethod
    def of(
        cls,
        ids: list[str] | np.ndarray,
        files: list[str] | np.ndarray,
        actual: np.ndarray,
        probabilities: np.ndarray,
        classes: Classes,
        threshold: float | None,
        logits: np.ndarray | None = None,
    ) -> "Predictions":
        """Predict the most probable class, the first of several; other arguments: the fields.

        probabilities: of each class, float32 (n, K)
        threshold: in the binary form, the probability from which the positive class is predicted; else None
        logits: float32 (n, units)
        """
        ids, files = (np.asarray(column, dtype=object) for column in (ids, files))
        actual, probabilities = np.asarray(actual, int), np.asarray(probabilities, np.float32)
        if classes.binary:
            probability = np.ascontiguousarray(probabilities[:, 1])
            predicted = (probability.astype(float) >= threshold).astype(int)
            logit = None if logits is None else np.ascontiguousarray(logits[:, 0])
            of_actual = _of_target(actual, probability)
            return cls(ids, files, actual, predicted, probability, of_actual, classes, threshold, logit)
        predicted, rows = probabilities.argmax(axis=1), np.arange(len(actual))
        of_target = (probabilities[rows, target] for target in (predicted, actual))
        return cls(ids, files, actual, predicted, *of_target, classes, probabilities=probabilities)

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def right(self) -> np.ndarray:
        """Which predictions are right, bool (n,)."""
        return self.predicted == self.actual

    @property
    def actual_names(self) -> np.ndarray:
        """The actual class of each picture by name, text (n,)."""
        return np.array(self.classes.names)[self.actual]

    @property
    def predicted_names(self) -> np.ndarray:
        """The predicted class of each picture by name, text (n,)."""
        return np.array(self.classes.names)[self.predicted]

    @property
    def called_probability(self) -> np.ndarray:
        """The probability of the predicted class, float64 (n,)."""
        if self.classes.binary:
            return _of_target(self.predicted, self.probability)
        return self.probability.astype(float)

    @property
    def score(self) -> np.ndarray:
        """In the binary form, what ranks the pictures: the logit, or where it is not known the probability; (n,)."""
        return self.probability if self.logit is None else self.logit

    @property
    def matrix(self) -> np.ndarray | None:
        """The probability of each class, float (n, K); None where only predictions.csv was read and K has a say."""
        if self.classes.binary:
            positive = self.probability.astype(float)
            return np.column_stack([1 - positive, positive])
        return self.probabilities

    def take(self, rows: np.ndarray) -> "Predictions":
        """The pictures at `rows`, int (m,), in that order."""
        columns = ("ids", "files", "actual", "predicted", "probability", "actual_probability", "logit", "probabilities")
        there = {name: getattr(self, name) for name in columns}
        return replace(self, **{name: column[rows] for name, column in there.items() if column is not None})

    def write(self, path: Path) -> None:
        """Write a predictions.csv, classes by name.

        There is a column `actual_probability` in the multiclass form, and `logit` in the binary one where it is known.
        Each number is written as the shortest decimal that reads back as the same float32.
        """
        columns = {"id": self.ids, "file": self.files, "actual": self.actual_names, "predicted": self.predicted_names}
        columns["probability"] = self.probability
        if not self.classes.binary:
            columns["actual_probability"] = self.actual_probability
        elif self.logit is not None:
            columns["logit"] = self.logit
        pd.DataFrame(columns).to_csv(path, index=False, lineterminator="\n")

    @classmethod
    def read(cls, path: Path | TextIOBase, classes: Classes) -> "Predictions":
        """Read what `write` wrote, to the bit; `probabilities` is not in it.

        classes: those of the run, in any order of names if none is positive

        Raises InputError if the file is not of these classes.
        """
        table = pd.read_csv(path, dtype=str, keep_default_na=False)
        if classes.binary == ("actual_probability" in table):
            raise InputError(
                "predictions.csv is of a run with another data.positive_class; run it again (`dvc repro`)."
            )
        targets = []
        for column in ("actual", "predicted"):
            others = set(table[column]) - set(classes.names)
            if others:
                named = ", ".join(sorted(others))
                raise InputError(
                    f"predictions.csv names a class that the run does not have: {named}; run it again (`dvc repro`)."
                )
            targets.append(table[column].map({name: index for index, name in enumerate(classes.names)}).to_numpy(int))
        # Not converted by read_csv, which rounds the last bit wrongly in some versions.
        probability = table["probability"].astype(float).to_numpy(np.float32)
        if classes.binary:
            of_actual = _of_target(targets[0], probability)
        else:
            of_actual = table["actual_probability"].astype(float).to_numpy(np.float32)
        ids, files = (table[column].to_numpy(object) for column in ("id", "file"))
        logit = table["logit"].astype(float).to_numpy(np.float32) if "logit" in table else None
        return cls(ids, files, *targets, probability, of_actual, classes, logit=logit)


def _of_target(target: np.ndarray, probability: np.ndarray) -> np.ndarray:
    """Probability of class 0 or 1, float64 (n,), from that of class 1; target: which, {0, 1} (n,)."""
    probability = probability.astype(float)
    return np.where(target == 1, probability, 1 - probability)
