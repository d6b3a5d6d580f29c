"""Charts of probabilities: ROC, precision against recall, calibration.

A model is drawn in the class m0, m1, ... by its place among all models.
"""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from transfer.analysis.intervals import wilson_interval
from transfer.analysis.metrics import Metrics
from transfer.analysis.model_results import ModelResults
from transfer.report.scales import BOX, SIZE, unit_scale
from transfer.report.svg import Box, Panel, Scale, picture
from transfer.report.wording import Texts

CORNER = 0.1  # the part of both axes that is drawn again, enlarged: where good models crowd
LOW_END, HIGH_END = (0, CORNER), (1 - CORNER, 1)


@dataclass(frozen=True)
class Plane:
    """How a ranking curve is drawn.

    x, y: its columns
    threshold: from a model's metrics to where its threshold puts it
    corner: the ideal corner's ranges of x and y
    inset_left: where the enlarged corner is drawn, user units
    diagonal: whether the diagonal is what chance gives
    """

    name: str
    x: str
    y: str
    threshold: Callable[[Metrics], tuple[float, float]]
    corner: tuple[tuple[float, float], tuple[float, float]]
    inset_left: float
    diagonal: bool


ROC = Plane("roc", "fpr", "tpr", lambda found: (1 - found.specificity, found.recall), (LOW_END, HIGH_END), 170, True)
PRECISION_RECALL = Plane(
    "precision_recall", "recall", "precision", lambda found: (found.recall, found.precision), (HIGH_END,) * 2, 70, False
)


def ranking_curve(plane: Plane, models: dict[str, ModelResults], described: str, texts: Texts, **classes: str) -> str:
    """ROC, or precision against recall. Where a model comes close to the ideal corner, that corner is enlarged.

    described: what the chart says, in words
    classes: names of the `negative` and the `positive` class as readers know them
    """
    labels = (texts(f"ranking.{column}", **classes) for column in (plane.x, plane.y))
    axes = Panel(*map(unit_scale, labels), BOX)
    if plane.diagonal:
        axes.line([0, 1], [0, 1], "zero")
    panels = [axes]
    tables = {model: getattr(results.curves, plane.name) for model, results in models.items()}
    if any(_reaches_corner(table, plane) for table in tables.values()):
        panels.append(_corner(plane, texts))
    for panel in panels:
        for index, (model, table) in enumerate(tables.items()):
            panel.line(table[plane.x], table[plane.y], f"line m{index}")
            panel.dot(*plane.threshold(models[model].metrics), f"dot m{index}", 4, texts.name("model", model))
    return picture(panels, SIZE, texts(f"ranking.{plane.name}"), described)


def _corner(plane: Plane, texts: Texts) -> Panel:
    """The axes of the enlarged corner."""
    labels = ("", texts("ranking.zoom"))
    x, y = (
        Scale(label, *ends, [(end, f"{end:g}") for end in ends])
        for label, ends in zip(labels, plane.corner, strict=True)
    )
    return Panel(x, y, Box(BOX.left + plane.inset_left, BOX.top + 88, 130, 106), clip=True)


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
