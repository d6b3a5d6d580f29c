"""The report of two classes of which one is positive: see `forms.form_of`."""

import numpy as np

from transfer.analysis.binary import BinaryMetrics, thresholds
from transfer.analysis.predictions import Predictions
from transfer.report.figures import format_probability
from transfer.report.results import Results
from transfer.report.wording import Texts

NAME = "binary"
SECTIONS = ("verdict", "metrics", "confusion", "learning", "ranking", "thresholds", "unsure", "gallery", "data")
KEYS = {
    "roc": ("ranking.area", "roc_auc"),
    "precision_recall": ("ranking.average", "average_precision"),
    "calibration": ("ranking.error", "ece"),
}
THRESHOLDS = [0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95]
COSTS = [(1, 1), (5, 1), (1, 5)]  # of a false positive and of a missed one
COUNTS = {"tp": "table.right", "fn": "thresholds.missed", "fp": "thresholds.mistaken", "tn": "table.right_negative"}


def words(results: Results, texts: Texts) -> dict:
    """The classes by name, which of them is positive and why, and what the card says of them."""
    negative, positive = (texts.name("class", name) for name in results.classes.names)
    rule = texts(
        "metrics.caption", n=results.comparison.n, positive=positive, threshold=_threshold_words(results, texts)
    )
    if results.threshold_rule.given is None:
        cost = results.threshold_rule.false_negative_cost
        why = "metrics.threshold_f1" if cost is None else "metrics.threshold_cost"
        rule = f"{rule} {texts(why, positive=positive, cost=cost)}"
    chosen = "metrics.positive_first" if results.positive_by_default else "metrics.positive_given"
    named = {"negative": negative, "positive": positive}
    return {
        **named,
        "gaps": named,  # of the words on each metric
        "rule": f"{rule} {texts(chosen, positive=positive)}",
        "uses": texts("card.uses", **named, size=results.dataset.image_size),
        "limit": texts("card.limit.classes"),
    }


def page_variables(results: Results, texts: Texts) -> dict:
    """Threshold tables, and the words of charts and pictures."""
    positive = texts.name("class", results.classes.positive)

    def called(model: str, predictions: Predictions, row: int) -> str:
        outcome = texts("gallery.right" if predictions.right[row] else "gallery.wrong")
        p = format_probability(predictions.probability[row], predictions.threshold)
        return texts("gallery.called", model=texts.name("model", model), positive=positive, p=p, outcome=outcome)

    return {
        "called": called,
        "confusion_note": texts("confusion.note"),
        "ranking_note": texts("ranking.note", threshold=_threshold_words(results, texts)),
        "thresholds": {model: _thresholds(found.predictions) for model, found in results.distinct.items()},
        "cost_ratios": [f"{mistaken}\N{RATIO}{missed}" for mistaken, missed in COSTS],
    }


def _threshold_words(results: Results, texts: Texts) -> str:
    """The threshold, or each model's where they have their own."""
    used = {model: _shown(found.predictions.threshold) for model, found in results.models.items()}
    if len(set(used.values())) == 1:
        return next(iter(used.values()))
    return ", ".join(f"{threshold} ({texts.name('model', model)})" for model, threshold in used.items())


def _shown(threshold: float) -> str:
    return f"{threshold:.3g}"


def _thresholds(predictions: Predictions) -> tuple[list[dict], list[int]]:
    """The rows of a model's threshold table, with one for its own, and the lowest cost in each column of costs."""
    at = sorted({*THRESHOLDS, predictions.threshold})
    rows = thresholds(predictions.actual, predictions.probability, at).to_dict("records")
    for row in rows:
        row["chosen"], row["threshold"] = row["threshold"] == predictions.threshold, _shown(row["threshold"])
        row["costs"] = [mistaken * row["fp"] + missed * row["fn"] for mistaken, missed in COSTS]
    return rows, [min(costs) for costs in zip(*(row["costs"] for row in rows), strict=True)]


def details(results: Results, texts: Texts) -> dict[str, list[str]]:
    """The counts of the confusion matrix, by model: what they count to a cell a model."""
    negative, positive = (texts.name("class", name) for name in results.classes.names)
    return {
        texts(key, negative=negative, positive=positive): [
            str(getattr(found.metrics.confusion, count)) for found in results.models.values()
        ]
        for count, key in COUNTS.items()
    }


def followed(predictions: Predictions) -> tuple[str, np.ndarray]:
    """The probability in which two models are compared picture by picture: what it is called, and float (n,)."""
    return f"P({predictions.classes.positive})", predictions.probability


def axis_labels(results: Results, texts: Texts) -> dict[str, str]:
    """What the axes of ROC, and of precision and recall, are called, by column."""
    gaps = words(results, texts)["gaps"]
    return {column: texts(f"ranking.{column}", **gaps) for column in ("fpr", "tpr", "recall", "precision")}


def threshold_dots(metrics: BinaryMetrics) -> dict[str, tuple[float, float]]:
    """Where the threshold puts a model, by ranking chart."""
    return {
        "roc": (1 - metrics.specificity, metrics.recall),
        "precision_recall": (metrics.recall, metrics.precision),
    }
