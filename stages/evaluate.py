"""evaluate: both models on the same test pictures; metrics, curves, charts, and what the difference is worth."""

import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd

from stages.analysis import charts, curves, gallery, paired, predictions, provenance, report
from stages.analysis.metrics import classification_metrics
from stages.analysis.table import text_table
from stages.dataset.store import PictureStore
from stages.network import runtime  # before anything that imports TensorFlow
from stages.network.classifier import read
from stages.network.inference import compiled, outputs
from stages.params import Params, load
from stages.runner import run, whole

MODELS = ("head", "finetuned")
BATCH = 32  # pictures
THUMBNAIL, SHEET = 160, 960  # pixels, in the report
PACKAGES = ("tensorflow", "tensorflow-cpu", "keras", "numpy", "scikit-learn", "pillow", "dvc")


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
        write_report(folder, params, store, tables, metrics, comparison, (negative, positive))
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

    charts.write_all(folder, made.pop("history"), made, metrics, classes)


def write_report(
    folder: Path,
    params: Params,
    store: PictureStore,
    tables: dict,
    metrics: dict,
    comparison: dict,
    classes: tuple[str, str],
) -> None:
    row_of = {id_: row for row, id_ in enumerate(store.manifest["id"])}
    devices = runtime.tf.config.list_physical_devices("GPU")
    gpus = [runtime.tf.config.experimental.get_device_details(device) for device in devices]
    results = report.Results(
        metrics=metrics,
        comparisons={MODELS: comparison},
        histories={model: pd.read_csv(f"models/{model}/history.csv") for model in MODELS},
        predictions=tables,
        classes=classes,
        threshold=params.evaluate.threshold,
        dataset=params.data.source,
        data=json.loads(Path("data/prepared/summary.json").read_text()),
        files={model: f"models/{model}/model.keras" for model in MODELS},
        size=params.image.size,
        provenance={
            "params": params.model_dump(),
            "versions": provenance.versions(PACKAGES),
            "hardware": provenance.hardware([gpu.get("device_name", "GPU") for gpu in gpus]),
        },
        commands=["make repro"],
        pictures={
            id_: gallery.Picture(gallery.compact(store.jpeg(row_of[id_]), THUMBNAIL))
            for id_ in gallery.worth_showing(tables, classes[1])
        },
        sheets={
            split: gallery.compact(Path(f"data/prepared/sheet_{split}.png").read_bytes(), SHEET)
            for split in ("train", "test")
        },
    )
    (folder / "index.html").write_text(report.render(results, params.report.language), encoding="utf-8")
    (folder / "model_card.md").write_text(report.model_card(results, params.report.language), encoding="utf-8")


def write_json(path: Path, values: dict) -> None:
    path.write_text(json.dumps(values, indent=2) + "\n")


if __name__ == "__main__":
    run(main)
