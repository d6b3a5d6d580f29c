"""evaluate: all models on the same test pictures; metrics, curves, charts, and how certain the differences are."""

import shutil
import sys
from pathlib import Path

import numpy as np

from transfer.analysis import examples, paired
from transfer.analysis.candidates import read_ranking
from transfer.analysis.doubt import Doubt
from transfer.analysis.hand_labels import HandLabels
from transfer.analysis.model_results import ModelResults
from transfer.analysis.predictions import Predictions
from transfer.analysis.sample_efficiency import read_table
from transfer.analysis.threshold import ThresholdRule
from transfer.analysis.training import Training
from transfer.analysis.transfer_measures import transfer_measures
from transfer.dataset.class_choice import AUTO
from transfer.dataset.corrections_record import read_record
from transfer.dataset.store import PictureStore
from transfer.network import runtime  # before anything that imports TensorFlow
from transfer.network.inference import saliency  # before anything that imports TensorFlow
from transfer.network.inference.unsure import Usual
from transfer.network.inference.watching import predict_parts, watched
from transfer.network.model_file import load_model
from transfer.project.outputs import atomic_folder
from transfer.project.params import load_params
from transfer.project.requested import CANDIDATES, efficiency_path, remove_unrequested
from transfer.project.runner import run_stage
from transfer.project.schema import Params
from transfer.project.schema_types import Section
from transfer.report import gallery, provenance, result_files
from transfer.report.results import Dataset, Results

MODELS = ("head", "finetuned")  # the pair compared; baselines come after it
DROPPED = Path("data/prepared/dropped_test")  # test pictures that were dropped by hand
THUMBNAIL = 160  # pixels, in the report


def main() -> None:
    params = load_params()
    runtime.configure(params.seed.data, params.hardware.devices)
    print(runtime.describe_devices(), flush=True)
    remove_unrequested(params, MODELS)
    store = PictureStore("data/prepared")
    # What is measured is the file that is shipped, on pictures as they are stored.
    networks = {model: load_model(f"models/{model}/model.keras") for model in (*MODELS, *params.baselines)}
    rule = ThresholdRule(params.evaluate.given_threshold, params.evaluate.false_negative_cost)
    models = measure(networks, store, rule, params)
    predictions = {model: found.predictions for model, found in models.items()}
    dropped = measure_dropped(networks, models, params.evaluate.mirror)
    pairs = [MODELS, *((baseline, model) for baseline in params.baselines for model in MODELS)]
    results = Results(
        models=models,
        comparisons={(a, b): paired.compare(predictions[a], predictions[b], params.seed.data) for a, b in pairs},
        files={model: f"models/{model}/model.keras" for model in models},
        threshold_rule=rule,
        dataset=Dataset.read(Path("data/prepared"), Path("data/features"), params.data.source, params.image.size),
        provenance=provenance.collect(params_read(params), runtime.accelerators(), commands=["make repro"]),
        positive_by_default=params.data.positive_class == AUTO,
        hand_labels=HandLabels.of(read_record("data/prepared/corrected.csv"), predictions, dropped),
        candidates=read_ranking(CANDIDATES, params.candidates, params.seed.data),
        transfer=transfer_measures(models, train_pictures=int((store.manifest["split"] == "train").sum())),
        efficiency={
            model: read_table(efficiency_path(model)) for model in MODELS if model in params.sample_efficiency.models
        },
        pictures=explain(store, {model: networks[model] for model in MODELS}, predictions),
    )

    with atomic_folder("metrics") as folder:
        result_files.write_metrics(folder, results)
        shutil.copyfile("data/prepared/summary.json", folder / "data.json")
    with atomic_folder("plots") as folder:
        result_files.write_plots(folder, results, params.report.language)
    with atomic_folder("reports") as folder:
        result_files.write_report(folder, results, params.report.language)
    print(Path("reports/results.txt").read_text(encoding="utf-8"), end="")


def measure(networks: dict, store: PictureStore, rule: ThresholdRule, params: Params) -> dict[str, ModelResults]:
    """What each model does on the test split and on the pictures that chose, beside how it was trained."""
    all_at_once = int((store.manifest["split"] == "train").sum())  # a step of the head's takes all pictures
    batches = {"head": all_at_once, "finetuned": params.finetune.batch_size, "scratch": params.scratch.batch_size}
    rows = [np.flatnonzero(store.manifest["split"] == split) for split in ("test", "validation")]
    models = {}
    for model, network in networks.items():
        usual = Usual.read(Path("models", model))
        network = watched(network, usual, params.evaluate.mirror)
        tested, validated = predict_parts(network, store, rows, f"testing {model}")
        threshold = rule.threshold(validated.targets, validated.probabilities[:, 1]) if store.classes.binary else None
        predictions = [Predictions.of(*part[:4], store.classes, threshold, part.logits) for part in (tested, validated)]
        asked = (params.predict.coverage, params.predict.false_alarms)
        doubt = Doubt.of(*predictions, tested.distances, usual.probabilities, usual.distances, *asked)
        models[model] = ModelResults.of(Training.read(Path("models", model), batches[model]), *predictions, doubt)
    return models


def measure_dropped(networks: dict, models: dict[str, ModelResults], mirror: bool) -> dict[str, Predictions]:
    """What each model predicts of the test pictures that were dropped by hand; none where none were."""
    if not DROPPED.is_dir():
        return {}
    store, predictions = PictureStore(DROPPED), {}
    for model, network in networks.items():
        (part,) = predict_parts(watched(network, None, mirror), store, [np.arange(len(store))], f"testing {model}")
        threshold = models[model].predictions.threshold
        predictions[model] = Predictions.of(*part[:4], store.classes, threshold, part.logits)
    return predictions


def params_read(params: Params) -> dict:
    """All params but those of sources that were not chosen."""
    others = {name for name, section in params.data if isinstance(section, Section)} - {params.data.source}
    return params.model_dump(exclude={"data": others})


def explain(store: PictureStore, networks: dict, predictions: dict[str, Predictions]) -> dict[str, gallery.Picture]:
    """The pictures that the report shows, with heat maps of what speaks for the class that each model predicted."""
    shown = set(examples.worth_showing(predictions))
    rows = {id_: row for row, id_ in enumerate(store.manifest["id"]) if id_ in shown}
    pixels = [store.picture(row) for row in rows.values()]
    evidence = {}
    for model, network in networks.items():
        predicted = dict(zip(predictions[model].ids, predictions[model].predicted, strict=True))
        evidence[model] = saliency.class_evidence(network, pixels, [predicted[id_] for id_ in rows])
    return gallery.pictures({id_: store.jpeg(row) for id_, row in rows.items()}, evidence, THUMBNAIL)


if __name__ == "__main__":
    sys.exit(run_stage(main))
