"""evaluate: both models on the same test pictures; metrics, curves, charts, and what the difference is worth."""

import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd

from stages.analysis import charts, curves, paired, predictions
from stages.analysis.metrics import classification_metrics
from stages.analysis.table import text_table
from stages.dataset.store import PictureStore
from stages.network import runtime  # before anything that imports TensorFlow
from stages.network.classifier import read
from stages.network.inference import compiled, outputs
from stages.params import load
from stages.runner import run, whole

MODELS = ("head", "finetuned")
BATCH = 32  # pictures


def main() -> None:
    params = load()
    runtime.set_up(params.seed)
    store = PictureStore("data/prepared")
    rows = np.flatnonzero(store.manifest["split"] == "test")
    test = store.manifest.iloc[rows]
    positive = params.data.positive_class
    (negative,) = set(test["label"]) - {positive}

    tables, metrics = {}, {}
    for model in MODELS:
        # What is measured is the file that is shipped, on pictures as they are stored; not something like it.
        network = compiled(read(f"models/{model}/model.keras"))
        probability = np.concatenate(list(outputs(network, store.jpeg, rows, BATCH, f"testing {model}")))[:, 0]
        tables[model] = predictions.tabulate(
            test["id"], test["file"], test["target"], probability, (negative, positive), params.evaluate.threshold
        )
        metrics[model] = classification_metrics(test["target"], probability, params.evaluate.threshold)
    pair = [tables[model]["probability"].to_numpy() for model in MODELS]
    comparison = paired.compare(test["target"], *pair, params.evaluate.threshold, params.seed)
    verdict = paired.verdict(comparison, *MODELS)

    with whole("metrics") as folder:
        for model in MODELS:
            write_json(folder / f"{model}.json", metrics[model])
        write_json(folder / "comparison.json", comparison)
        shutil.copyfile("data/prepared/summary.json", folder / "data.json")

    with whole("plots") as folder:
        write_plots(folder, tables, metrics, test["target"].to_numpy(), (negative, positive))

    with whole("reports") as folder:
        text = text_table(metrics, positive, f"Verdict: {verdict}")
        (folder / "results.txt").write_text(text + "\n")
    print(text)


def write_plots(folder: Path, tables: dict, metrics: dict, actual: np.ndarray, classes: tuple[str, str]) -> None:
    made = {name: {} for name in ("history", "roc", "precision_recall", "calibration")}
    for model, table in tables.items():
        (folder / model).mkdir()
        predictions.write(table, folder / model / "predictions.csv")
        shutil.copyfile(f"models/{model}/history.csv", folder / model / "history.csv")
        made["history"][model] = pd.read_csv(folder / model / "history.csv")
        for name in ("roc", "precision_recall", "calibration"):
            made[name][model] = getattr(curves, name)(actual, table["probability"].to_numpy())
            made[name][model].to_csv(folder / model / f"{name}.csv", index=False, lineterminator="\n")

    learning = [
        charts.learning_curve(made["history"], "accuracy", "Accuracy by epoch"),
        charts.learning_curve(made["history"], "loss", "Log-loss by epoch"),
    ]
    ranking = [
        charts.roc(made["roc"], {model: metrics[model]["roc_auc"] for model in tables}),
        charts.precision_recall(
            made["precision_recall"], {model: metrics[model]["average_precision"] for model in tables}
        ),
        charts.calibration(made["calibration"]),
    ]
    matrices = [charts.confusion(model, metrics[model]["confusion"], classes) for model in tables]
    charts.write(folder / "learning_curves.png", (10, 4), *learning)
    charts.write(folder / "confusion.png", (8, 4), *matrices)
    charts.write(folder / "curves.png", (12, 4), *ranking)
    charts.write(folder / "results.png", (12.5, 7.2), *learning, matrices[0], *ranking[:2], matrices[-1])


def write_json(path: Path, values: dict) -> None:
    path.write_text(json.dumps(values, indent=2) + "\n")


if __name__ == "__main__":
    run(main)
