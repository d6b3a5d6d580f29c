"""sample-efficiency: train one of the models again on parts of the train split, to see what more pictures add.

Training on a part uses the same params as training on the whole, and as small a part of the validation split: whoever
has few pictures to train on has few to choose by. The results are measured on the test split, which has no part in any
choice.
"""

import argparse
import sys
from pathlib import Path

import numpy as np
import pandas as pd

from transfer.analysis.metrics import measure
from transfer.analysis.predictions import Predictions
from transfer.dataset.class_choice import AUTO
from transfer.dataset.splits import nested_subsets, stratified_part
from transfer.dataset.store import PictureStore
from transfer.network import precision, runtime  # before anything that imports TensorFlow
from transfer.network.blocks import find_blocks, unfreeze
from transfer.network.classifier import assemble
from transfer.network.inference.batch_size import INFERENCE_BATCH
from transfer.network.inference.watching import predict_watched
from transfer.network.link import link_of
from transfer.network.model_file import load_model
from transfer.network.training.loop import fit
from transfer.network.training.recipe import LabelledPictures
from transfer.project.params import load_params
from transfer.project.runner import run_stage
from transfer.project.training_setup import finetune_recipe, head_from_features


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("model", choices=("head", "finetuned"))


def main(given: argparse.Namespace) -> None:
    params, model = load_params(), given.model
    runtime.configure(params.seed.training, params.hardware.devices)
    chosen_precision = precision.resolve_precision(params.precision)
    print(runtime.describe_devices(chosen_precision), flush=True)
    store = PictureStore("data/prepared")
    splits = {split: LabelledPictures.of_split(store, split) for split in ("train", "validation", "test")}
    features = {split: np.load(f"data/features/{split}.npy") for split in splits}
    test = store.manifest.iloc[splits["test"].rows]
    targets = {split: chosen.targets for split, chosen in splits.items()}
    choices = {"seed": params.seed.training, "class_weights": params.class_weights}
    recipe = finetune_recipe(params.finetune, **choices, precision=chosen_precision)
    sizes = params.sample_efficiency.sizes
    threshold = 0.5 if params.evaluate.threshold == AUTO else params.evaluate.threshold

    table = []
    for size, draw, rows in nested_subsets(targets["train"], sizes, params.sample_efficiency.draws, params.seed.data):
        share = len(rows) / len(targets["train"])
        chosen = {"train": rows, "validation": stratified_part(targets["validation"], share, draw, params.seed.data)}
        part, labels = ({split: of[split][places] for split, places in chosen.items()} for of in (features, targets))
        head = head_from_features(params.head, part, labels, store.classes, **choices)
        if model == "head":
            link = link_of(store.classes)
            probabilities = link.probabilities(link.activate(features["test"] @ head.kernel + head.bias))
        else:
            classifier = assemble(load_model("models/backbone/model.keras"), head.kernel, head.bias)
            unfreeze(classifier, params.backbone.name, params.finetune.unfreeze)
            pictures = (splits[split].take(places) for split, places in chosen.items())
            fit(classifier, *pictures, recipe, find_blocks(classifier, params.backbone.name))
            rows = splits["test"].rows
            probabilities, _, _ = predict_watched(classifier, store.jpeg, rows, INFERENCE_BATCH, "")
        made = Predictions.of(test["id"], test["file"], targets["test"], probabilities, store.classes, threshold)
        metrics = measure(made)
        table.append(
            {"pictures_per_class": size, "draw": draw} | {"accuracy": metrics.accuracy, "log_loss": metrics.log_loss}
        )
        print(f"{model}, {size} pictures of each class, draw {draw}: accuracy {metrics.accuracy:.4f}", flush=True)

    path = Path(f"models/sample_efficiency/{model}.csv")
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.partial")
    pd.DataFrame(table).sort_values(["pictures_per_class", "draw"]).to_csv(partial, index=False)
    partial.rename(path)


if __name__ == "__main__":
    sys.exit(run_stage(main, add_arguments))
