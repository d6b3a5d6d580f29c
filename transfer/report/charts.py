"""The report's charts, as inline SVG. A model is drawn in the class m0, m1, ... by its place among the models."""

from math import ceil, floor, log, log10

import numpy as np
import pandas as pd

from transfer.analysis import curves
from transfer.analysis.intervals import wilson_interval
from transfer.analysis.paired import significant_sign
from transfer.analysis.transfer_measures import mean_and_range
from transfer.report.svg import Box, Panel, Scale, picture
from transfer.report.wording import Texts, typeset

SIZE, BOX = (380, 300), Box(48, 26, 320, 228)
CORNER = 0.1  # the part of ROC and precision-recall that is enlarged, where good models crowd
Tables = dict[str, pd.DataFrame]  # a model's name to its table


def everything(
    tables: Tables, metrics: dict[str, dict], histories: Tables, classes: tuple[str, str], texts: Texts
) -> dict[str, str]:
    """The charts of all models by name: accuracy, loss, roc, precision_recall, calibration.

    tables: predictions; metrics: of `classification_metrics`; classes: the negative and the positive one, as in tables
    """
    described = {}
    for kind, word, key in (
        ("roc", "area", "roc_auc"),
        ("precision_recall", "average", "average_precision"),
        ("calibration", "error", "ece"),
    ):
        said = [(texts.name("model", model), values[key]) for model, values in metrics.items()]
        described[kind] = " ".join(f"{name}: {texts(f'ranking.{word}', value=value)}." for name, value in said)
    made = {
        kind: {
            model: getattr(curves, kind)((table["actual"] == classes[1]).to_numpy(int), table["probability"].to_numpy())
            for model, table in tables.items()
        }
        for kind in described
    }
    points = {
        "roc": {model: (1 - values["specificity"], values["recall"]) for model, values in metrics.items()},
        "precision_recall": {model: (values["recall"], values["precision"]) for model, values in metrics.items()},
    }
    gaps = dict(zip(("negative", "positive"), (texts.name("class", label) for label in classes), strict=True))
    drawn = {measure: learning(histories, measure, texts) for measure in ("accuracy", "loss")}
    drawn |= {kind: curve(kind, made[kind], points[kind], described[kind], texts, **gaps) for kind in points}
    return drawn | {"calibration": calibration(made["calibration"], described["calibration"], texts)}


def difference(comparison: dict, measure: str, first: str, second: str, texts: Texts) -> str:
    """One difference with its interval beside zero, drawn so that right is where the second model is better.

    first, second: names as they are to be read
    """
    way, unit, digits = (-1, 1, 3) if measure == "log_loss" else (1, 100, 1) if measure == "accuracy" else (1, 1, 3)
    low, value, high = (way * unit * comparison[f"{measure}_{end}"] for end in ("low", "difference", "high"))
    reach = 1.15 * max(abs(low), abs(high), 10.0**-digits)
    step = 10 ** floor(log10(reach))
    step *= next(part for part in (0.5, 1, 2, 5) if reach / (part * step) < 4)
    steps = range(-int(reach / step), int(reach / step) + 1)
    x = Scale("", -reach, reach, [(step * i, typeset(f"{way * step * i:+.3g}") if i else "0") for i in steps])
    panel = Panel(x, Scale("", 0, 1, []), Box(24, 34, 332, 34))
    sign = significant_sign(comparison, measure)
    css = {0: "neutral", 1: "m1", -1: "m0"}[sign]
    panel.line([0, 0], [0, 1], "zero")
    panel.line([low, high], [0.5, 0.5], f"span {css}")
    panel.dot(value, 0.5, f"dot {css}", 5)
    panel.text(-reach, 1, "← " + texts("strip.better", model=first), "end left", (-20, -9))
    panel.text(reach, 1, texts("strip.better", model=second) + " →", "end right", (20, -9))
    numbers = [f"{unit * comparison[f'{measure}_{end}']:+.{digits}f}" for end in ("difference", "low", "high")]
    described = dict(zip(("value", "low", "high"), numbers, strict=True))
    words = texts("strip.described", first=first, second=second, **described)
    return picture([panel], (380, 92), texts(f"strip.{measure}"), words)


def learning(histories: Tables, measure: str, texts: Texts) -> str:
    """Accuracy or loss by epoch: validation thick, train thin, a ring on the epoch that was kept.

    The vertical axis is of the error rate's, or the loss's, logarithm: what is left to learn, in equal factors.
    """
    values = pd.concat([history[column] for history in histories.values() for column in (measure, f"val_{measure}")])
    y = _accuracy_scale(values, texts) if measure == "accuracy" else _loss_scale(values, texts)
    panel = Panel(_epoch_scale(max(int(history["epoch"].iloc[-1]) for history in histories.values()), texts), y, BOX)
    described = []
    for index, (model, history) in enumerate(histories.items()):
        name, epochs = texts.name("model", model), history["epoch"]
        panel.line(epochs, np.clip(history[measure], y.low, y.high), f"train m{index}")
        panel.line(epochs, (shown_values := np.clip(history[f"val_{measure}"], y.low, y.high)), f"line m{index}")
        tips = [
            typeset(f"{100 * value:.1f} %") if measure == "accuracy" else f"{value:.3f}"
            for value in history[f"val_{measure}"]
        ]
        for epoch, value, tip in zip(epochs, shown_values, tips, strict=True):
            panel.dot(epoch, value, f"dot m{index}", 2.2, texts("learning.tip", model=name, epoch=epoch, value=tip))
        best = int(history["val_loss"].to_numpy().argmin())
        panel.dot(epochs.iloc[best], shown_values.iloc[best], f"ring m{index}", 5.5)
        gaps = {"start": tips[0], "best": tips[best], "at": epochs.iloc[best], "end": tips[-1], "last": epochs.iloc[-1]}
        described.append(texts("learning.described", model=name, **gaps))
    return picture([panel], SIZE, texts(f"learning.{measure}"), " ".join(described))


def efficiency(tables: Tables, models: list[str], measure: str, texts: Texts) -> str:
    """Test accuracy or log_loss by training pictures of each class: mean and range over draws, both axes stretched.

    tables: columns pictures_per_class, draw, `measure`; models: all, in the order that gives each its class
    """
    by_model = {model: mean_and_range(table, measure) for model, table in tables.items()}
    values = pd.concat([table[measure] for table in tables.values()])
    y = _accuracy_scale(values, texts) if measure == "accuracy" else _loss_scale(values, texts)
    sizes = sorted({size for table in by_model.values() for size in table["pictures_per_class"]})
    x = Scale(
        texts("efficiency.size"), sizes[0], max(sizes[-1], sizes[0] + 1), [(size, str(size)) for size in sizes], log
    )
    panel, described = Panel(x, y, BOX), []
    for model, table in by_model.items():
        css, name = f"m{models.index(model)}", texts.name("model", model)
        panel.line(table["pictures_per_class"], np.clip(table["mean"], y.low, y.high), f"line {css}")
        for size, *ends in table.itertuples(index=False):
            mean, low, high = (float(np.clip(end, y.low, y.high)) for end in ends)
            panel.line([size, size], [low, high], f"thin {css}")
            shown_ends = (f"{100 * end:.1f} %" if measure == "accuracy" else f"{end:.3f}" for end in ends)
            gaps = dict(zip(("mean", "low", "high"), shown_ends, strict=True))
            described.append(texts("efficiency.described", model=name, size=size, **gaps))
            panel.dot(size, mean, f"dot {css}", 3, described[-1])
    return picture([panel], SIZE, texts(f"efficiency.{measure}"), " ".join(described))


def _epoch_scale(last: int, texts: Texts) -> Scale:
    """Bent where the epochs are many, so that a few of fine-tuning stay readable beside many of a head."""
    few = last <= 12
    marks = range(0, last + 1, 1 if last <= 8 else 2) if few else [0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000]
    ticks = [(epoch, str(epoch)) for epoch in marks if epoch <= last]
    return Scale(texts("learning.epoch"), 0, max(last, 1), ticks, float if few else lambda epoch: log(epoch + 1))


def _accuracy_scale(values: pd.Series, texts: Texts) -> Scale:
    marks = [0, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999, 0.9995]
    low = min(floor(10 * values.min()) / 10, 0.9)
    below = values[values < 1].max() if (values < 1).any() else low
    top = next((mark for mark in marks if mark > below), 0.9999)
    ticks = [(mark, f"{100 * mark:g}") for mark in marks if low <= mark <= top]
    if values.max() == 1:  # an error of nothing has no logarithm: it is drawn on the edge
        ticks[-1] = (top, "100")
    return Scale(texts("learning.accuracy"), low, top, ticks, lambda accuracy: -log(1 - accuracy))


def _loss_scale(values: pd.Series, texts: Texts) -> Scale:
    bottom, high = max(values.min(), 1e-4), max(values.max(), 2e-4)
    marks = [part * 10.0**power for power in range(-5, ceil(log10(high)) + 1) for part in (1, 2, 5)]
    low, top = max(mark for mark in marks if mark <= bottom), min(mark for mark in marks if mark >= high)
    every = [mark for mark in marks if low <= mark <= top]
    if len(every) > 9:
        every = [mark for mark in every if f"{mark:e}"[0] == "1"]
    return Scale(texts("learning.loss"), low, top, [(mark, f"{mark:g}") for mark in every], log)


def curve(
    kind: str, tables: Tables, points: dict[str, tuple[float, float]], described: str, texts: Texts, **gaps
) -> str:
    """ROC (kind "roc": columns fpr, tpr) or precision against recall ("precision_recall": recall, precision).

    points: a model's name to where its threshold puts it; gaps: of the axes' labels. Where a model comes close to the
    ideal corner, that corner is drawn again, enlarged.
    """
    columns = ("fpr", "tpr") if kind == "roc" else ("recall", "precision")
    units = [(part / 5, f"{part / 5:g}") for part in range(6)]
    labels = [texts(f"ranking.{column}", **gaps) for column in columns]
    main = Panel(Scale(labels[0], 0, 1, units), Scale(labels[1], 0, 1, units), BOX)
    near, far = (0, CORNER), (1 - CORNER, 1)
    x_part, y_part = (near, far) if kind == "roc" else (far, far)
    left = 170 if kind == "roc" else 70
    scales = [
        Scale(label, *part, [(end, f"{end:g}") for end in part])
        for label, part in (("", x_part), (texts("ranking.zoom"), y_part))
    ]
    corner = Panel(*scales, Box(BOX.left + left, BOX.top + 88, 130, 106), clip=True)
    if kind == "roc":
        main.line([0, 1], [0, 1], "zero")
    for panel in (main, corner):
        for index, (model, table) in enumerate(tables.items()):
            panel.line(table[columns[0]], table[columns[1]], f"line m{index}")
            panel.dot(*points[model], f"dot m{index}", 4, texts.name("model", model))
    crowded = any(
        x_part[0] <= x <= x_part[1] and y_part[0] <= y <= y_part[1]
        for table in tables.values()
        for x, y in zip(table[columns[0]], table[columns[1]], strict=True)
        if 0 < x < 1 and 0 < y < 1
    )
    return picture([main, corner] if crowded else [main], SIZE, texts(f"ranking.{kind}"), described)


def calibration(tables: Tables, described: str, texts: Texts) -> str:
    """Observed share against predicted probability, with Wilson intervals. Columns predicted, observed, n."""
    units = [(part / 5, f"{part / 5:g}") for part in range(6)]
    labels = [texts(f"ranking.{name}") for name in ("predicted", "observed")]
    panel = Panel(Scale(labels[0], 0, 1, units), Scale(labels[1], 0, 1, units), BOX)
    panel.line([0, 1], [0, 1], "zero")
    most = max(table["n"].max() for table in tables.values())
    for index, (model, table) in enumerate(tables.items()):
        for predicted, observed, n in table.itertuples(index=False):
            low, high = wilson_interval(round(observed * n), n)
            numbers = {"predicted": predicted, "observed": observed, "low": low, "high": high}
            gaps = {key: f"{100 * value:.0f} %" for key, value in numbers.items()}
            panel.line([predicted, predicted], [low, high], f"thin m{index}")
            tip = texts("ranking.tip", model=texts.name("model", model), n=int(n), **gaps)
            panel.dot(predicted, observed, f"dot m{index}", 2.5 + 6 * (n / most) ** 0.5, tip)
    return picture([panel], SIZE, texts("ranking.calibration"), described)
