"""The best of the charts as one PNG, for README; its bytes depend on nothing but the numbers and the language.

The report's own charts are SVG: see charts.py. A PNG is what Git hosts show in a README.
"""

from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, PercentFormatter

from transfer.analysis.model_results import ModelResults
from transfer.analysis.per_class import confusion_table
from transfer.report.forms import form_of
from transfer.report.results import Results
from transfer.report.wording import Texts, shorten

# Okabe & Ito's palette, which colour-blind readers can tell apart; line styles tell models apart in print.
STYLES = [("#0072B2", "-"), ("#D55E00", "-"), ("#009E73", "--"), ("#CC79A7", "-.")]
FONT_SIZES = ((7, 12), (12, 8), (10**9, 5))  # in a confusion matrix, points: up to so many classes
LONGEST = 14  # characters of a name beside a matrix
MOST_COUNTED, MOST_NAMED = 12, 40  # classes whose counts, and whose names, can be read
METRICS = {"accuracy": "accuracy", "loss": "log_loss"}  # what each learning curve is of
EPOCH_TICKS = (0, 1, 2, 3, 4, 5, 10, 20, 50, 100, 200)


def write(path: Path, results: Results, texts: Texts) -> None:
    """Write learning curves, confusion matrices, ROC and precision-recall curves; the confusion of two models only."""
    figure = Figure(figsize=(12.5, 7.2), dpi=110, layout="constrained")
    grid = figure.subplots(2, 3)
    for axes in grid.ravel():
        axes.spines[["top", "right"]].set_visible(False)
    (accuracy, loss, upper_right), (roc, precision_recall, lower_right) = grid
    draw_learning_curves(accuracy, results.models, "accuracy", texts)
    draw_learning_curves(loss, results.models, "loss", texts)
    draw_roc(roc, results, texts)
    draw_precision_recall(precision_recall, results, texts)
    for axes, model in zip((upper_right, lower_right), results.pair, strict=True):
        title = texts("confusion.of", model=texts.name("model", model))
        classes = [texts.name("class", name) for name in results.classes.names]
        draw_confusion(axes, title, confusion_table(results.models[model].predictions), classes, texts)
    figure.savefig(path, metadata={"Software": None})


def draw_learning_curves(axes: Axes, models: dict[str, ModelResults], measure: str, texts: Texts) -> None:
    """Validation (thick) and training (thin, dotted) by epoch; measure: of METRICS."""
    curves = {model: found.training.curve for model, found in models.items()}
    for (model, curve), (colour, _) in zip(curves.items(), STYLES, strict=False):
        name = texts.name("model", model)
        train, validation = (f"{name}, {texts(f'data.{split}')}" for split in ("train", "validation"))
        values = getattr(curve, f"val_{measure}")
        axes.plot(curve.epoch, values, color=colour, lw=2, marker="o", ms=3, label=validation)
        axes.plot(curve.epoch, getattr(curve, measure), color=colour, lw=1, ls=":", label=train)
    axes.set(title=texts(f"metrics.{METRICS[measure]}"), xlabel=texts("learning.epoch"))
    longest = max(curve.last for curve in curves.values())
    if longest > 12:  # the many epochs of a head are squeezed, so that a few of fine-tuning stay readable
        axes.set_xscale("symlog", linthresh=5, linscale=2)
        ticks = [tick for tick in EPOCH_TICKS if tick <= longest]
        axes.set_xticks(ticks, ticks)
    else:
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    if measure == "accuracy":
        axes.yaxis.set_major_formatter(PercentFormatter(1, decimals=None))
    else:
        axes.set_ylim(bottom=0)
    axes.grid(axis="y", alpha=0.25)
    axes.legend(frameon=False, fontsize=8)


def draw_confusion(axes: Axes, title: str, matrix: np.ndarray, classes: list[str], texts: Texts) -> None:
    """Pictures by actual and predicted class: counts, and per cent where there is room; of many classes colours only.

    matrix: int (K, K)
    classes: their K names
    """
    k, size = len(classes), next(size for most, size in FONT_SIZES if len(classes) <= most)
    fractions = matrix / np.maximum(matrix.sum(axis=1, keepdims=True), 1)
    axes.imshow(fractions, cmap="Blues", vmin=0, vmax=1.25)
    for row, column in np.argwhere((matrix > 0) | (k == 2)) if k <= MOST_COUNTED else ():
        colour = "white" if fractions[row, column] > 0.6 else "black"
        share = f"\n{fractions[row, column]:.1%}" if k <= 3 else ""
        text = f"{matrix[row, column]}{share}"
        axes.text(column, row, text, ha="center", va="center", color=colour, fontsize=size)
    axes.set(title=title, xlabel=texts("confusion.predicted"), ylabel=texts("confusion.actual"))
    if k == 2:
        axes.set_xticks([0, 1], classes)
        axes.set_yticks([0, 1], classes, rotation=90, va="center")
    else:
        names = [shorten(name, LONGEST) for name in classes] if k <= MOST_NAMED else []
        axes.set_xticks(range(len(names)), names, rotation=90, fontsize=min(size, 9))
        axes.set_yticks(range(len(names)), names, fontsize=min(size, 9))
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)


def draw_roc(axes: Axes, results: Results, texts: Texts) -> None:
    """ROC curves, with the area in the key."""
    axes.plot([0, 1], [0, 1], color="0.7", lw=1)
    for (model, found), (colour, style) in zip(results.models.items(), STYLES, strict=False):
        curve, label = found.curves.roc, _label(model, found, "roc", texts)
        axes.plot(curve["fpr"], curve["tpr"], color=colour, ls=style, lw=2, label=label)
    words = form_of(results.classes).axis_labels(results, texts)
    axes.set(title=texts("ranking.roc"), xlabel=words["fpr"], ylabel=words["tpr"], xlim=(-0.01, 1), ylim=(0, 1.01))
    axes.legend(frameon=False, fontsize=8, loc="lower right")


def draw_precision_recall(axes: Axes, results: Results, texts: Texts) -> None:
    """Precision against recall, with the average precision in the key."""
    for (model, found), (colour, style) in zip(results.models.items(), STYLES, strict=False):
        curve, label = found.curves.precision_recall, _label(model, found, "precision_recall", texts)
        axes.plot(curve["recall"], curve["precision"], color=colour, ls=style, lw=2, label=label)
    words = form_of(results.classes).axis_labels(results, texts)
    title = texts("ranking.precision_recall")
    axes.set(title=title, xlabel=words["recall"], ylabel=words["precision"], xlim=(0, 1.01), ylim=(0, 1.01))
    axes.legend(frameon=False, fontsize=8, loc="lower left")


def _label(model: str, found: ModelResults, chart: str, texts: Texts) -> str:
    """A model in the key of a ranking chart, with the metric if there is one."""
    key, metric = form_of(found.predictions.classes).KEYS[chart]
    value = getattr(found.metrics, metric, None)
    name = texts.name("model", model)
    return name if value is None else f"{name} ({texts(key, value=value)})"
