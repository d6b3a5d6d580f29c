"""What corrections by hand do to the test figures: the same models, measured with the labels as they came, too."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from transfer.analysis.metrics import Metrics, measure
from transfer.analysis.predictions import Predictions


@dataclass(frozen=True, eq=False)
class HandLabels:
    """Corrections of the test split, and what each model's figures are without and with them.

    relabelled, dropped, added: test pictures with another class, without a place any more, and with one only by hand
    before, after: by model
    """

    relabelled: int
    dropped: int
    added: int
    before: dict[str, Metrics]
    after: dict[str, Metrics]

    @property
    def changed(self) -> int:
        """Test pictures that count otherwise than as they came."""
        return self.relabelled + self.dropped + self.added

    def to_json(self) -> dict:
        """The content of metrics/labels.json."""
        counts = {"relabelled": self.relabelled, "dropped": self.dropped, "added": self.added}
        figures = {
            model: {
                f"{key}_{when}": getattr(metrics[model], key)
                for key in ("accuracy", "log_loss", "n")
                for when, metrics in (("before", self.before), ("after", self.after))
            }
            for model in self.after
        }
        return counts | figures

    @classmethod
    def of(
        cls,
        record: Sequence[Mapping[str, str]],
        predictions: Mapping[str, Predictions],
        dropped: Mapping[str, Predictions],
    ) -> "HandLabels | None":
        """Measure; None where no test picture counts otherwise than as it came.

        record: a row for each picture that was corrected, with id, split, given and label
        predictions: by model, of the test split
        dropped: by model, of the test pictures that were dropped, as they came; none where none were
        """
        changed = [row for row in record if row["split"] == "test" and row["given"] != row["label"]]
        if not changed:
            return None
        given = {row["id"]: row["given"] for row in changed}
        came = {model: as_they_came(made, given, dropped.get(model)) for model, made in predictions.items()}
        return cls(
            relabelled=sum(bool(row["given"] and row["label"]) for row in changed),
            dropped=sum(not row["label"] for row in changed),
            added=sum(not row["given"] for row in changed),
            before={model: measure(made) for model, made in came.items()},
            after={model: measure(made) for model, made in predictions.items()},
        )


def as_they_came(predictions: Predictions, given: Mapping[str, str], dropped: Predictions | None) -> Predictions:
    """The predictions of the pictures that would be there without corrections, with the classes that they came with.

    predictions: of the pictures that are there, with `matrix`
    given: by id, the class as it came, of those that were corrected; "" or no class of these: it would not be there
    dropped: of the pictures that are not there any more
    """
    classes, threshold = predictions.classes, predictions.threshold
    names = [given.get(id_, name) for id_, name in zip(predictions.ids, predictions.actual_names, strict=True)]
    there = np.flatnonzero(np.isin(names, classes.names))
    actual = np.array([classes.names.index(names[row]) for row in there], int)
    parts = [(predictions.take(there), actual)] + ([(dropped, dropped.actual)] if dropped else [])
    ids, files, matrix = (
        np.concatenate([getattr(made, name) for made, _ in parts]) for name in ("ids", "files", "matrix")
    )
    return Predictions.of(ids, files, np.concatenate([actual for _, actual in parts]), matrix, classes, threshold)
