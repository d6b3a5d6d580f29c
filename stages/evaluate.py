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
from stages.network import runtime, saliency  # before anything that imports TensorFlow
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

    networks, tables, metrics = {}, {}, {}
    for model in MODELS:
        # What is measured is the file that is shipped, on pictures as they are stored; not something like it.
        networks[model] = read(f"models/{model}/model.keras")
        batches = outputs(compiled(networks[model]), store.jpeg, rows, BATCH, f"testing {model}")
        probability = np.concatenate(list(batches))[:, 0]
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
        shown = explain(store, networks, tables, positive)
        write_report(folder, params, shown, tables, metrics, comparison, (negative, positive))
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


def explain(store: PictureStore, networks: dict, tables: dict, positive: str) -> dict[str, gallery.Picture]:
    """The pictures that the report shows, with what speaks in each for the class that each model called."""
    chosen = gallery.worth_showing(tables, positive)
    rows = {id_: row for row, id_ in enumerate(store.manifest["id"]) if id_ in chosen}
    streams = {id_: store.jpeg(row) for id_, row in rows.items()}
    pixels = [store.picture(row) for row in rows.values()]
    evidence = {model: saliency.evidence(network, pixels) for model, network in networks.items()}
    return gallery.pictures(streams, evidence, tables, positive, THUMBNAIL)


def write_report(
    folder: Path, params: Params, shown: dict, tables: dict, metrics: dict, comparison: dict, classes: tuple[str, str]
) -> None:
    others = {name for name, section in params.data if not isinstance(section, str)} - {params.data.source}
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
            "params": params.model_dump(exclude={"data": others}),  # a source that was not read says nothing
            "versions": provenance.versions(PACKAGES),
            "hardware": provenance.hardware(runtime.accelerators()),
        },
        commands=["make repro"],
        pictures=shown,
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
