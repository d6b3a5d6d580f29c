"""sample-efficiency: train one of the models again on parts of the train split, to see what more pictures add.

Each part is trained on as the whole is, with the same params and the same validation split, and measured on the test
split, which chooses nothing here either.
"""

import argparse
import dataclasses
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.special import expit

from stages.analysis.metrics import classification_metrics
from stages.dataset.splits import nested_subsets
from stages.dataset.store import PictureStore
from stages.finetune import pictures, recipe_of
from stages.network import precision, runtime  # before anything that imports TensorFlow
from stages.network.backbones import unfreeze
from stages.network.classifier import assemble, read
from stages.network.inference import column
from stages.network.training import fit
from stages.params import load
from stages.runner import run
from stages.train_head import trained

BATCH = 32  # pictures
THRESHOLD = 0.5


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("model", choices=("head", "finetuned"))


def main(given: argparse.Namespace) -> None:
    params, model = load(), given.model
    runtime.set_up(params.seed)
    store = PictureStore("data/prepared")
    splits = {split: pictures(store, split) for split in ("train", "validation", "test")}
    features = {split: np.load(f"data/features/{split}.npy") for split in splits}
    targets = {split: chosen.targets for split, chosen in splits.items()}
    choices = {"seed": params.seed, "class_weights": params.class_weights}
    recipe = recipe_of(params.finetune, **choices, precision=precision.choose(params.precision))
    sizes = params.sample_efficiency.sizes

    table = []
    for size, draw, rows in nested_subsets(targets["train"], sizes, params.sample_efficiency.draws, params.seed):
        part = {"train": features["train"][rows], "validation": features["validation"]}
        head = trained(params.head, part, targets | {"train": targets["train"][rows]}, **choices)
        if model == "head":
            probability = expit(features["test"] @ head.kernel + head.bias)
        else:
            classifier = assemble(read("models/backbone/model.keras"), head.kernel, head.bias)
            unfreeze(classifier, params.backbone.name, params.finetune.unfreeze)
            train = splits["train"]
            chosen = {name: getattr(train, name)[rows] for name in ("rows", "targets", "keys")}
            fit(classifier, dataclasses.replace(train, **chosen), splits["validation"], recipe)
            probability = column(classifier, store.jpeg, splits["test"].rows, BATCH)
        metrics = classification_metrics(targets["test"], probability, THRESHOLD)
        table.append(
            {"pictures_per_class": size, "draw": draw} | {key: metrics[key] for key in ("accuracy", "log_loss")}
        )
        print(f"{model}, {size} pictures of each class, draw {draw}: accuracy {metrics['accuracy']:.4f}")

    path = Path(f"models/sample_efficiency/{model}.csv")
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.partial")
    pd.DataFrame(table).sort_values(["pictures_per_class", "draw"]).to_csv(partial, index=False)
    partial.rename(path)


if __name__ == "__main__":
    run(main, options, stage=True)
