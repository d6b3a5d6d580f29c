"""Charts of several models side by side, as PNG files whose bytes depend on nothing but the numbers."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, NullLocator, PercentFormatter

from transfer.analysis.transfer_measures import mean_and_range

# Okabe & Ito's palette, told apart by colour-blind readers too; line styles tell apart in print.
STYLES = [("#0072B2", "-"), ("#D55E00", "-"), ("#009E73", "--"), ("#CC79A7", "-.")]

Tables = dict[str, pd.DataFrame]  # a model's name to its table


def write(path: Path, size: tuple[float, float], *panels: Callable[[Axes], None], columns: int = 3) -> None:
    """Write one PNG of one or more panels; size in inches, 110 dots an inch. Each panel draws on its axes."""
    columns = min(columns, len(panels))
    figure = Figure(figsize=size, dpi=110, layout="constrained")
    grid = figure.subplots(-(-len(panels) // columns), columns, squeeze=False).ravel()
    for axes, panel in zip(grid, panels, strict=False):
        for side in ("top", "right"):
            axes.spines[side].set_visible(False)
        panel(axes)
    for axes in grid[len(panels) :]:
        axes.set_axis_off()
    figure.savefig(path, metadata={"Software": None})


def learning_curve(histories: Tables, measure: str, title: str) -> Callable[[Axes], None]:
    """Validation (thick) and train (thin, dotted) by epoch, epoch 0 being before any update.

    histories: tables with the columns epoch, `measure`, val_`measure`. Epochs of a head cost next to nothing and are
    many: the axis bends so that a few epochs of fine-tuning stay readable beside them.
    """

    def panel(axes: Axes) -> None:
        for (name, table), (colour, _) in zip(histories.items(), STYLES, strict=False):
            axes.plot(
                table["epoch"],
                table[f"val_{measure}"],
                color=colour,
                lw=2,
                marker="o",
                ms=3,
                label=f"{name}, validation",
            )
            axes.plot(table["epoch"], table[measure], color=colour, lw=1, ls=":", label=f"{name}, train")
        axes.set(title=title, xlabel="epoch (0: before training)")
        longest = max(table["epoch"].max() for table in histories.values())
        if longest > 12:
            axes.set_xscale("symlog", linthresh=5, linscale=2)
            axes.set_xticks(
                ticks := [tick for tick in (0, 1, 2, 3, 4, 5, 10, 20, 50, 100, 200) if tick <= longest], ticks
            )
        else:
            axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        _finish(axes, measure)

    return panel


def _finish(axes: Axes, measure: str) -> None:
    """Accuracy in per cent, losses from zero, lines to read heights by, and a key."""
    if measure == "accuracy":
        axes.yaxis.set_major_formatter(PercentFormatter(1, decimals=None))
    else:
        axes.set_ylim(bottom=0)
    axes.grid(axis="y", alpha=0.25)
    axes.legend(frameon=False, fontsize=8)


def confusion(name: str, counts: dict[str, int], classes: tuple[str, str]) -> Callable[[Axes], None]:
    """Counts, and per cent of the actual class. counts: tp, fp, fn, tn; classes: negative, positive."""

    def panel(axes: Axes) -> None:
        matrix = np.array([[counts["tn"], counts["fp"]], [counts["fn"], counts["tp"]]])
        share = matrix / np.maximum(matrix.sum(axis=1, keepdims=True), 1)
        axes.imshow(share, cmap="Blues", vmin=0, vmax=1.25)
        for row, column in np.ndindex(2, 2):
            colour = "white" if share[row, column] > 0.6 else "black"
            text = f"{matrix[row, column]}\n{share[row, column]:.1%}"
            axes.text(column, row, text, ha="center", va="center", color=colour, fontsize=12)
        axes.set(title=f"{name}: confusion", xlabel="predicted", ylabel="actual")
        axes.set_xticks([0, 1], classes)
        axes.set_yticks([0, 1], classes, rotation=90, va="center")
        axes.tick_params(length=0)
        axes.spines[:].set_visible(False)

    return panel


def roc(curves: Tables, areas: dict[str, float]) -> Callable[[Axes], None]:
    """ROC curves with the area in the legend. curves: columns fpr, tpr."""

    def panel(axes: Axes) -> None:
        axes.plot([0, 1], [0, 1], color="0.7", lw=1)
        for (name, table), (colour, style) in zip(curves.items(), STYLES, strict=False):
            axes.plot(
                table["fpr"], table["tpr"], color=colour, ls=style, lw=2, label=f"{name} (area {areas[name]:.4f})"
            )
        axes.set(
            title="ROC", xlabel="false positive rate", ylabel="true positive rate", xlim=(-0.01, 1), ylim=(0, 1.01)
        )
        axes.legend(frameon=False, fontsize=8, loc="lower right")

    return panel


def precision_recall(curves: Tables, averages: dict[str, float]) -> Callable[[Axes], None]:
    """Precision against recall with the average precision in the legend. curves: columns recall, precision."""

    def panel(axes: Axes) -> None:
        for (name, table), (colour, style) in zip(curves.items(), STYLES, strict=False):
            label = f"{name} (average {averages[name]:.4f})"
            axes.plot(table["recall"], table["precision"], color=colour, ls=style, lw=2, label=label)
        axes.set(title="Precision and recall", xlabel="recall", ylabel="precision", xlim=(0, 1.01), ylim=(0, 1.01))
        axes.legend(frameon=False, fontsize=8, loc="lower left")

    return panel


def calibration(curves: Tables) -> Callable[[Axes], None]:
    """Share of positives against P(positive), a dot's area by its pictures. curves: predicted, observed, n."""

    def panel(axes: Axes) -> None:
        axes.plot([0, 1], [0, 1], color="0.7", lw=1)
        for (name, table), (colour, style) in zip(curves.items(), STYLES, strict=False):
            axes.plot(table["predicted"], table["observed"], color=colour, ls=style, lw=1)
            area = 150 * table["n"] / table["n"].max() + 8
            axes.scatter(table["predicted"], table["observed"], area, color=colour, alpha=0.7, label=name, linewidths=0)
        axes.set(
            title="Calibration", xlabel="predicted P", ylabel="observed share", xlim=(-0.03, 1.03), ylim=(-0.03, 1.03)
        )
        axes.legend(frameon=False, fontsize=8, loc="upper left", markerscale=0.6)

    return panel


def efficiency(tables: Tables, measure: str, title: str) -> Callable[[Axes], None]:
    """Mean and range of `measure` over the draws, by training pictures of each class.

    tables: columns pictures_per_class, draw, `measure`
    """

    def panel(axes: Axes) -> None:
        for (name, table), (colour, _) in zip(tables.items(), STYLES, strict=False):
            by_size = mean_and_range(table, measure)
            x = by_size["pictures_per_class"]
            axes.fill_between(x, by_size["low"], by_size["high"], color=colour, alpha=0.2, lw=0)
            axes.plot(x, by_size["mean"], color=colour, lw=2, marker="o", ms=4, label=name)
        axes.set_xscale("log")
        sizes = sorted({size for table in tables.values() for size in table["pictures_per_class"]})
        axes.set_xticks(sizes, sizes)
        axes.xaxis.set_minor_locator(NullLocator())
        axes.set(title=title, xlabel="training pictures of each class: mean and range over draws")
        _finish(axes, measure)

    return panel
