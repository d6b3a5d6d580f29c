"""Charts of training: results by epoch, and by the number of training pictures.

A model is drawn in the class m0, m1, ... by its place among all models.
"""

from math import log
from typing import Literal

import numpy as np
import pandas as pd

from transfer.analysis.sample_efficiency import mean_and_range
from transfer.analysis.training import Training
from transfer.report.scales import BOX, SIZE, accuracy_scale, epoch_scale, loss_scale
from transfer.report.svg import Panel, Scale, picture
from transfer.report.wording import Texts, typeset


def learning(trainings: dict[str, Training], measure: Literal["accuracy", "loss"], texts: Texts) -> str:
    """Accuracy or loss by epoch, all models: validation thick, training thin.

    A ring marks the epoch that was selected. Where an average of weights was, a diamond marks its loss instead, between
    the two epochs that were averaged.
    """
    panel = Panel(_epoch_axis(trainings, texts), _value_axis(trainings, measure, texts), BOX)
    described = []
    for index, (model, training) in enumerate(trainings.items()):
        described += _draw_curve(panel, f"m{index}", texts.name("model", model), training, measure, texts)
    return picture([panel], SIZE, texts(f"learning.{measure}"), " ".join(described))


def _epoch_axis(trainings: dict[str, Training], texts: Texts) -> Scale:
    return epoch_scale(max(training.curve.last for training in trainings.values()), texts)


def _value_axis(trainings: dict[str, Training], measure: str, texts: Texts) -> Scale:
    """A scale for everything that is drawn of `measure`."""
    curves = [getattr(training.curve, name) for training in trainings.values() for name in (measure, f"val_{measure}")]
    if measure == "accuracy":
        return accuracy_scale(np.concatenate(curves), texts)
    averages = [training.selection.loss for training in trainings.values() if training.selection.averaged]
    return loss_scale(np.concatenate([*curves, averages]), texts)


def _draw_curve(panel: Panel, css: str, name: str, training: Training, measure: str, texts: Texts) -> list[str]:
    """Draw one model; returns sentences that describe what was drawn."""
    curve, selection = training.curve, training.selection
    values = getattr(curve, f"val_{measure}")
    heights = np.clip(values, panel.y.low, panel.y.high)
    panel.line(curve.epoch, np.clip(getattr(curve, measure), panel.y.low, panel.y.high), f"train {css}")
    panel.line(curve.epoch, heights, f"line {css}")
    tips = [_number(value, measure) for value in values]
    for epoch, height, tip in zip(curve.epoch, heights, tips, strict=True):
        panel.dot(epoch, height, f"dot {css}", 2.2, texts("learning.tip", model=name, epoch=epoch, value=tip))
    gaps = {"model": name, "start": tips[0], "end": tips[-1], "last": curve.last, "epoch": selection.epoch}
    if not selection.averaged:
        panel.dot(selection.epoch, heights[selection.epoch], f"ring {css}", 5.5)
        return [texts("learning.described", selected=tips[selection.epoch], **gaps)]
    criterion = texts.name("criterion", selection.criterion)
    average = texts(
        "learning.average", **gaps, weight=100 * selection.averaging_weight, criterion=criterion, loss=selection.loss
    )
    if measure == "loss":
        height = float(np.clip(selection.loss, panel.y.low, panel.y.high))
        panel.diamond(selection.averaging_weight * selection.epoch, height, f"diamond {css}", 6.5, average)
    return [texts("learning.ends", **gaps), average]


def efficiency(
    tables: dict[str, pd.DataFrame], models: list[str], measure: Literal["accuracy", "log_loss"], texts: Texts
) -> str:
    """Test results by training pictures of each class: mean and range over draws, both axes stretched.

    tables: by model, columns pictures_per_class, draw, `measure`
    models: all of the report, in order
    """
    by_model = {model: mean_and_range(table, measure) for model, table in tables.items()}
    values = pd.concat([table[measure] for table in tables.values()]).to_numpy()
    y = accuracy_scale(values, texts) if measure == "accuracy" else loss_scale(values, texts)
    sizes = sorted({size for table in by_model.values() for size in table["pictures_per_class"]})
    ticks = [(size, str(size)) for size in sizes]
    panel = Panel(Scale(texts("efficiency.size"), sizes[0], max(sizes[-1], sizes[0] + 1), ticks, log), y, BOX)
    described = []
    for model, table in by_model.items():
        css, name = f"m{models.index(model)}", texts.name("model", model)
        panel.line(table["pictures_per_class"], np.clip(table["mean"], y.low, y.high), f"line {css}")
        for size, mean, low, high in table.itertuples(index=False):
            panel.line([size, size], np.clip([low, high], y.low, y.high).tolist(), f"thin {css}")
            gaps = {"mean": mean, "low": low, "high": high}
            gaps = {end: _number(value, measure) for end, value in gaps.items()}
            described.append(texts("efficiency.described", model=name, size=size, **gaps))
            panel.dot(size, float(np.clip(mean, y.low, y.high)), f"dot {css}", 3, described[-1])
    return picture([panel], SIZE, texts(f"efficiency.{measure}"), " ".join(described))


def _number(value: float, measure: str) -> str:
    return typeset(f"{100 * value:.1f} %") if measure == "accuracy" else f"{value:.3f}"
