"""What goes into plots/: tables for `dvc plots` and other readers, and charts of them."""

from pathlib import Path

import pandas as pd

from transfer.analysis import curves, predictions, transfer_measures
from transfer.report import png_charts

Tables = dict[str, pd.DataFrame]  # a model's name to its table
KINDS = ("roc", "precision_recall", "calibration")


def write(
    folder: Path,
    tables: Tables,
    metrics: dict[str, dict],
    histories: Tables,
    efficiency: Tables,
    classes: tuple[str, str],
) -> None:
    """Write predictions, history and curves of each model, and the charts that have all of them side by side.

    tables: predictions; metrics: of `classification_metrics`; histories: columns epoch, loss, accuracy, val_loss,
    val_accuracy; efficiency: columns pictures_per_class, draw, accuracy, log_loss, of those models that it was measured
    for; classes: the negative and the positive one, as in tables.
    """
    transfer_measures.side_by_side(histories).to_csv(folder / "learning_curves.csv", index=False, na_rep="nan")
    made: dict[str, Tables] = {kind: {} for kind in KINDS}
    for model, table in tables.items():
        (folder / model).mkdir()
        predictions.write(table, folder / model / "predictions.csv")
        histories[model].to_csv(folder / model / "history.csv", index=False, lineterminator="\n")
        actual = (table["actual"] == classes[1]).to_numpy(int)
        for kind in KINDS:
            made[kind][model] = getattr(curves, kind)(actual, table["probability"].to_numpy())
            made[kind][model].to_csv(folder / model / f"{kind}.csv", index=False, lineterminator="\n")
    _draw(folder, histories, made, metrics, classes)
    if efficiency:
        (folder / "sample_efficiency").mkdir()
        for model, table in efficiency.items():
            table.to_csv(folder / "sample_efficiency" / f"{model}.csv", index=False, lineterminator="\n")
        panels = [
            png_charts.efficiency(efficiency, measure, title)
            for measure, title in (("accuracy", "Test accuracy"), ("log_loss", "Test log-loss"))
        ]
        png_charts.write(folder / "sample_efficiency.png", (10, 4), *panels)


def _draw(folder: Path, histories: Tables, made: dict[str, Tables], metrics: dict[str, dict], classes: tuple) -> None:
    """learning_curves.png, confusion.png, curves.png, and results.png, which has the best of them."""
    areas, averages = (
        {model: values[key] for model, values in metrics.items()} for key in ("roc_auc", "average_precision")
    )
    learning = [
        png_charts.learning_curve(histories, "accuracy", "Accuracy by epoch"),
        png_charts.learning_curve(histories, "loss", "Log-loss by epoch"),
    ]
    ranking = [
        png_charts.roc(made["roc"], areas),
        png_charts.precision_recall(made["precision_recall"], averages),
        png_charts.calibration(made["calibration"]),
    ]
    matrices = [png_charts.confusion(model, values["confusion"], classes) for model, values in metrics.items()]
    png_charts.write(folder / "learning_curves.png", (10, 4), *learning)
    png_charts.write(folder / "confusion.png", (4 * len(matrices), 4), *matrices)
    png_charts.write(folder / "curves.png", (12, 4), *ranking)
    png_charts.write(folder / "results.png", (12.5, 7.2), *learning, matrices[0], *ranking[:2], matrices[1])
