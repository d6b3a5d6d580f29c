"""candidate-features: run the train and validation pictures through a candidate for the source model.

The features are kept, so that `feature-extract` need not compute them again if this candidate becomes the backbone. The
test pictures are left alone: they choose nothing.
"""

import argparse
import json
import sys
import time
from contextlib import nullcontext
from pathlib import Path

import numpy as np

from transfer.dataset.array_rows import write_rows
from transfer.dataset.other_size import pictures_at
from transfer.dataset.store import PictureStore
from transfer.errors import NetworkError
from transfer.network import precision, runtime  # before anything that imports TensorFlow
from transfer.network.backbones import build
from transfer.network.candidates import Candidate
from transfer.network.inference.batch_size import INFERENCE_BATCH
from transfer.network.inference.forward import compile_inference, forward_batches
from transfer.network.inference.kept_features import ABOUT, feature_key
from transfer.project.outputs import atomic_folder
from transfer.project.params import load_params
from transfer.project.runner import run_stage

SPLITS = ("train", "validation")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("candidate")


def main(given: argparse.Namespace) -> None:
    params, candidate = load_params(), Candidate.parse(given.candidate)
    runtime.configure(params.seed.data, params.hardware.devices, INFERENCE_BATCH)
    print(runtime.describe_devices(precision.resolve_precision(params.precision)), flush=True)
    size = candidate.size or params.image.size
    store = PictureStore("data/prepared")
    with atomic_folder(Path("data/candidates", given.candidate)) as folder:
        about = {"backbone": candidate.backbone, "picture_size": size}
        try:
            backbone = build(candidate.backbone, size, "imagenet")
        except NetworkError as error:
            print(f"warning: {given.candidate} is left out: {error}")
            about["unavailable"] = str(error)
        else:
            same = size == params.image.size
            anew = pictures_at(size, store.manifest["sha256"], Path("data/raw"), folder)
            with nullcontext(store.jpeg) if same else anew as jpeg:
                about |= extract(backbone, jpeg, store, folder, params)
        (folder / ABOUT).write_text(json.dumps(about, indent=2) + "\n")


def extract(backbone, jpeg, store: PictureStore, folder: Path, params) -> dict:
    """Write the features of each split; returns what there is to know about them and the network."""
    chosen = precision.resolve_precision(params.precision)
    precision.set_precision(backbone, chosen)
    infer = compile_inference(backbone, params.hardware.jit_compile)
    about = {"parameters": backbone.count_params(), "features": backbone.output.shape[1], "keys": {}}
    for split in SPLITS:
        rows = np.flatnonzero(store.manifest["split"] == split)
        start = time.monotonic()
        batches = forward_batches(infer, jpeg, rows, INFERENCE_BATCH, f"features of {split}")
        write_rows(folder / f"{split}.npy", batches, (len(rows), about["features"]))
        about["keys"][split] = feature_key(backbone, chosen, runtime.accelerators(), map(jpeg, rows))
    # Of the last split, when everything is compiled. The one figure here that another run does not repeat.
    about["pictures_per_second"] = round(len(rows) / (time.monotonic() - start), 1)
    return about


if __name__ == "__main__":
    sys.exit(run_stage(main, add_arguments))
