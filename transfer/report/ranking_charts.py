"""Charts of probabilities: ROC, precision against recall, calibration.

A model is drawn in the class m0, m1, ... by its place among all models.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from transfer.analysis.intervals import wilson_interval
from transfer.analysis.model_results import ModelResults
from transfer.report.scales import BOX, SIZE, unit_scale
from transfer.report.svg import Box, Panel, Scale, picture
from transfer.report.wording import Texts

CORNER = 0.1  # the part of both axes that is drawn again, enlarged: where good models crowd
FINE = 25  # pictures of each class, at least, in a tenth of an axis: with fewer, a corner is nearly empty
LOW_END, HIGH_END = (0, CORNER), (1 - CORNER, 1)


@dataclass(frozen=True)
class Plane:
    """How a ranking curve is drawn.

    x, y: its columns
    corner: the ideal corner's ranges of x and y
    inset_left: where the enlarged corner is drawn, user units
    diagonal: whether the diagonal is what chance gives
    """

    name: str
    x: str
    y: str
    corner: tuple[tuple[float, float], tuple[float, float]]
    inset_left: float
    diagonal: bool


ROC = Plane("roc", "fpr", "tpr", (LOW_END, HIGH_END), 170, True)
PRECISION_RECALL = Plane("precision_recall", "recall", "precision", (HIGH_END,) * 2, 70, False)


def ranking_curve(
    plane: Plane,
    models: dict[str, ModelResults],
    dots: dict[str, tuple[float, float]],
    labels: dict[str, str],
    described: str,
    texts: Texts,
) -> str:
    """ROC, or precision against recall. Where a model comes close to the ideal corner, that corner is enlarged.

    dots: by model, where its threshold puts it; none of a model that has no threshold
    labels: of the axes, by column
    described: what the chart says, in words
    """
    axes = Panel(unit_scale(labels[plane.x]), unit_scale(labels[plane.y]), BOX)
    if plane.diagonal:
        axes.line([0, 1], [0, 1], "zero")
    panels = [axes]
    tables = {model: getattr(found.curves, plane.name) for model, found in models.items()}
    if _is_fine(next(iter(models.values())).predictions.actual) and any(
        _reaches_corner(table, plane) for table in tables.values()
    ):
        panels.append(_corner(plane, texts))
    for panel in panels:
        for index, (model, table) in enumerate(tables.items()):
            panel.line(table[plane.x], table[plane.y], f"line m{index}")
            if model in dots:
                panel.dot(*dots[model], f"dot m{index}", 4, texts.name("model", model))
    return picture(panels, SIZE, texts(f"ranking.{plane.name}"), described)


def _corner(plane: Plane, texts: Texts) -> Panel:
    """The axes of the enlarged corner."""
    labels = ("", texts("ranking.zoom"))
    x, y = (
        Scale(label, *ends, [(end, f"{end:g}") for end in ends])
        for label, ends in zip(labels, plane.corner, strict=True)
    )
    return Panel(x, y, Box(BOX.left + plane.inset_left, BOX.top + 88, 130, 106), clip=True)


def _is_fine(actual: np.ndarray) -> bool:
    """Whether the steps of curves are small beside the corner. actual: the class of each picture, (n,)"""
    return CORNER * np.unique(actual, return_counts=True)[1].min() >= FINE


def _reaches_corner(table: pd.DataFrame, plane: Plane) -> bool:
    """Whether a curve has a point in the ideal corner that is not on the edge of the axes."""
    x, y = table[plane.x], table[plane.y]
    inside = x.between(*plane.corner[0]) & y.between(*plane.corner[1])
    return bool((inside & (x > 0) & (x < 1) & (y > 0) & (y < 1)).any())


def calibration(models: dict[str, ModelResults], described: str, texts: Texts) -> str:
    """Observed frequency against predicted probability, with Wilson intervals.

    described: what the chart says, in words
    """
    labels = (texts(f"ranking.{name}") for name in ("predicted", "observed"))
    panel = Panel(*map(unit_scale, labels), BOX)
    panel.line([0, 1], [0, 1], "zero")
    tables = {model: results.curves.calibration for model, results in models.items()}
    most = max(table["n"].max() for table in tables.values())
    for index, (model, table) in enumerate(tables.items()):
        for predicted, observed, n in table.itertuples(index=False):
            interval = wilson_interval(round(observed * n), n)
            panel.line([predicted, predicted], [interval.low, interval.high], f"thin m{index}")
            gaps = {"predicted": predicted, "observed": observed, "low": interval.low, "high": interval.high}
            gaps = {key: f"{100 * value:.0f} %" for key, value in gaps.items()}
            tip = texts("ranking.tip", model=texts.name("model", model), n=int(n), **gaps)
            panel.dot(predicted, observed, f"dot m{index}", 2.5 + 6 * (n / most) ** 0.5, tip)
    return picture([panel], SIZE, texts("ranking.calibration"), described)
