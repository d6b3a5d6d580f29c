"""The report of classes of which none is positive: see `forms.form_of`."""

from base64 import b64encode
from hashlib import sha256
from pathlib import Path

import numpy as np
from markupsafe import Markup

from transfer.analysis.multiclass import MulticlassMetrics
from transfer.analysis.predictions import Predictions
from transfer.report.class_charts import class_curves
from transfer.report.class_table import class_rows, lowest_recall
from transfer.report.confusion import confused_pairs, confusion_tables
from transfer.report.results import Results
from transfer.report.wording import Texts

NAME = "multiclass"
SECTIONS = ("verdict", "metrics", "classes", "confusion", "learning", "ranking", "unsure", "gallery", "data")
# There is no macro average precision: the key of that chart has names only.
KEYS = {
    "roc": ("ranking.area", "roc_auc_ovr"),
    "precision_recall": ("ranking.average", "average_precision"),
    "calibration": ("ranking.error", "ece"),
}
MOST_LISTED = 20  # classes in results.txt
SORTING = (Path(__file__).parent / "templates/sort.js").read_text(encoding="utf-8")


def words(results: Results, texts: Texts) -> dict:
    """What is called, and what the card says of the classes."""
    names, size = results.classes.names, results.dataset.image_size
    return {
        "gaps": {},  # the words on each metric name no class
        "rule": texts("metrics.caption_classes", n=results.comparison.n, classes=len(names)),
        "uses": texts("card.uses_classes", classes=texts.classes(names), size=size),
        "limit": texts("card.limit.many", n=len(names)),
    }


def page_variables(results: Results, texts: Texts) -> dict:
    """Class by class: figures, confusion, curves; and the words of charts and pictures."""
    rows = class_rows(results, texts)
    pairs = confused_pairs(results, texts)
    tables = confusion_tables(results, texts)
    return {
        "called": lambda model, predictions, row: _called(model, predictions, row, texts),
        "confusion_note": texts("confusion.note_classes" if tables else "confusion.note_many"),
        "ranking_note": texts("ranking.note_classes"),
        "class_rows": rows,
        "lowest_recall": lowest_recall(results),
        "confusions": tables,
        "pairs": pairs,
        "class_curves": class_curves(results, texts),
        "sorting": Markup(SORTING),
        "sorting_hash": b64encode(sha256(SORTING.encode()).digest()).decode(),
    }


def _called(model: str, predictions: Predictions, row: int, texts: Texts) -> str:
    """What a model called a picture, how sure it was, and how likely the actual class was to it."""
    right = bool(predictions.right[row])
    key = "gallery.called_right" if right else "gallery.called_wrong"
    return texts(
        key,
        model=texts.name("model", model),
        predicted=texts.name("class", predictions.predicted_names[row]),
        p=f"{predictions.called_probability[row]:.3f}",
        rest=f"{predictions.actual_probability[row]:.3f}",
    )


def details(results: Results, texts: Texts) -> dict[str, list[str]]:
    """The recall of each class, where they are few: a cell a model."""
    if len(results.classes) > MOST_LISTED:
        return {}
    by_class = zip(*(found.per_class for found in results.models.values()), strict=True)
    return {
        texts("table.recall", name=texts.name("class", one[0].name)): [_fraction(found.recall) for found in one]
        for one in by_class
    }


def _fraction(value: float | None) -> str:
    return "-" if value is None else f"{value:.4f}"


def followed(predictions: Predictions) -> tuple[str, np.ndarray]:
    """The probability in which two models are compared picture by picture: what it is called, and float (n,)."""
    return "P(actual class)", predictions.actual_probability


def axis_labels(results: Results, texts: Texts) -> dict[str, str]:
    """What the axes of ROC, and of precision and recall, are called, by column."""
    return {column: texts(f"ranking.{column}") for column in ("recall", "precision")} | {
        column: texts(f"ranking.{column}_of_class") for column in ("fpr", "tpr")
    }


def threshold_dots(metrics: MulticlassMetrics) -> dict[str, tuple[float, float]]:
    """None: no threshold decides."""
    return {}
