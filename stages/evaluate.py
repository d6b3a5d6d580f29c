"""evaluate: all models on the same test pictures; metrics, curves, charts, and what the differences are worth."""

import json
import shutil
import sys
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from transfer.analysis import examples, paired, predictions, transfer_measures
from transfer.analysis.metrics import classification_metrics
from transfer.analysis.selection import Selection
from transfer.dataset.store import PictureStore
from transfer.network import runtime  # before anything that imports TensorFlow
from transfer.network.classifier import mirror_averaged
from transfer.network.head import BATCH as HEAD_BATCH
from transfer.network.inference import saliency  # before anything that imports TensorFlow
from transfer.network.inference.forward import predict_probabilities
from transfer.network.model_file import load_model
from transfer.project.outputs import atomic_folder
from transfer.project.params import load_params
from transfer.project.runner import run_stage
from transfer.project.schema import Params
from transfer.report import gallery, page, plots, provenance
from transfer.report.table import text_table

MODELS = ("head", "finetuned")  # the pair compared; baselines come after it
BATCH = 32  # pictures
THUMBNAIL, SHEET = 160, 960  # pixels, in the report
table = partial(pd.read_csv, engine="python")  # reads floats exactly: written again, the bytes are the same


def main() -> None:
    params = load_params()
    runtime.configure(params.seed)
    drop_what_was_not_asked_for(params)
    store = PictureStore("data/prepared")
    rows = np.flatnonzero(store.manifest["split"] == "test")
    test = store.manifest.iloc[rows]
    positive = params.data.positive_class
    (negative,) = set(test["label"]) - {positive}

    networks, tables, metrics, histories = {}, {}, {}, {}
    for model in (*MODELS, *params.baselines):
        # What is measured is the file that is shipped, on pictures as they are stored; not something like it.
        networks[model] = load_model(f"models/{model}/model.keras")
        judge = mirror_averaged(networks[model]) if params.evaluate.mirror else networks[model]
        probability = predict_probabilities(judge, store.jpeg, rows, BATCH, f"testing {model}")
        tables[model] = predictions.tabulate(
            test["id"], test["file"], test["target"], probability, (negative, positive), params.evaluate.threshold
        )
        metrics[model] = classification_metrics(test["target"], probability, params.evaluate.threshold)
        histories[model] = table(f"models/{model}/history.csv")
    comparisons = {}
    for first, second in (MODELS, *((baseline, model) for baseline in params.baselines for model in MODELS)):
        both = (tables[model]["probability"].to_numpy() for model in (first, second))
        comparisons[first, second] = paired.compare(test["target"], *both, params.evaluate.threshold, params.seed)
    batches = {"head": HEAD_BATCH, "finetuned": params.finetune.batch_size, "scratch": params.scratch.batch_size}
    courses = transfer_measures.training_courses(histories, int((store.manifest["split"] == "train").sum()), batches)
    gained = transfer_measures.transfer_measures(courses, metrics)
    asked = params.sample_efficiency.models
    parts = {model: table(f"models/sample_efficiency/{model}.csv") for model in MODELS if model in asked}

    with atomic_folder("metrics") as folder:
        written = metrics | {"comparison": comparisons[MODELS]} | ({"transfer": gained} if gained else {})
        for name, values in written.items():
            (folder / f"{name}.json").write_text(json.dumps(values, indent=2) + "\n")
        shutil.copyfile("data/prepared/summary.json", folder / "data.json")
    with atomic_folder("plots") as folder:
        plots.write(folder, tables, metrics, histories, parts, (negative, positive))
    with atomic_folder("reports") as folder:
        text = text_table(metrics, positive, f"Verdict: {paired.verdict(comparisons[MODELS], *MODELS)}")
        (folder / "results.txt").write_text(text + "\n")
        found = {"metrics": metrics, "comparisons": comparisons, "histories": histories, "transfer": gained}
        tried = pd.DataFrame(Selection.read(Path("models/finetuned/selection.json")).tried)
        found |= {"shares": {"finetuned": tried.set_axis(["share", "val_loss"], axis="columns")}}
        shown = explain(store, {model: networks[model] for model in MODELS}, tables, positive)
        write_report(folder, params, shown, tables, (negative, positive), efficiency=parts, **found)
    print(text)


def drop_what_was_not_asked_for(params: Params) -> None:
    """This stage depends on all of models/: what another run left there would count as read. It is in DVC's cache."""
    if "scratch" not in params.baselines:
        shutil.rmtree("models/scratch", ignore_errors=True)
    for left in set(MODELS) - set(params.sample_efficiency.models):
        Path(f"models/sample_efficiency/{left}.csv").unlink(missing_ok=True)


def explain(store: PictureStore, networks: dict, tables: dict, positive: str) -> dict[str, gallery.Picture]:
    """The pictures that the report shows, with what speaks in each for the class that each model called."""
    chosen = examples.worth_showing(tables, positive)
    rows = {id_: row for row, id_ in enumerate(store.manifest["id"]) if id_ in chosen}
    streams = {id_: store.jpeg(row) for id_, row in rows.items()}
    pixels = [store.picture(row) for row in rows.values()]
    evidence = {model: saliency.class_evidence(network, pixels) for model, network in networks.items()}
    return gallery.pictures(streams, evidence, tables, positive, THUMBNAIL)


def write_report(folder: Path, params: Params, shown: dict, tables: dict, classes: tuple, **found) -> None:
    others = {name for name, section in params.data if not isinstance(section, str)} - {params.data.source}
    results = page.Results(
        predictions=tables,
        classes=classes,
        threshold=params.evaluate.threshold,
        dataset=params.data.source,
        data=json.loads(Path("data/prepared/summary.json").read_text()),
        files={model: f"models/{model}/model.keras" for model in tables},
        size=params.image.size,
        provenance={
            "params": params.model_dump(exclude={"data": others}),  # a source that was not read says nothing
            "versions": provenance.versions(),
            "hardware": provenance.hardware(runtime.accelerators()),
        },
        commands=["make repro"],
        pictures=shown,
        sheets={
            split: gallery.compact(Path(f"data/prepared/sheet_{split}.png").read_bytes(), SHEET)
            for split in ("train", "test")
        },
        **found,
    )
    (folder / "index.html").write_text(page.render(results, params.report.language), encoding="utf-8")
    (folder / "model_card.md").write_text(page.model_card(results, params.report.language), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(run_stage(main))
