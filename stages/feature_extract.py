"""feature-extract: run every prepared picture through the frozen backbone once, and store its pooled features.

The backbone itself is stored too, so that later stages, here or where the run is pulled, download no weights.
"""

import json
import shutil
import sys
from collections.abc import Callable, Iterable
from dataclasses import asdict
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from transfer.dataset import alike
from transfer.dataset.array_rows import ArrayRows, write_rows
from transfer.dataset.group_evidence import find_hint
from transfer.dataset.store import PictureStore, read_manifest
from transfer.network import precision, runtime  # before anything that imports TensorFlow
from transfer.network.backbones import build, weights_sha256
from transfer.network.inference.batch_size import INFERENCE_BATCH
from transfer.network.inference.forward import compile_inference, forward_batches
from transfer.network.inference.kept_features import feature_key, find_kept
from transfer.network.model_file import save_model
from transfer.project.kept_candidates import kept_candidates
from transfer.project.outputs import atomic_folder
from transfer.project.params import load_params
from transfer.project.runner import run_stage
from transfer.project.schema import Params

# From rows of the store, int (n,), and a name for the progress bar to features, float32 (b, width), batch by batch.
Features = Callable[[np.ndarray, str], Iterable[np.ndarray]]
SPLITS = ("train", "validation", "test")


def main(engine: Features | None = None) -> None:
    """Run the stage.

    engine: extracts features in place of `forward_batches`, perhaps on other machines. It must not change which
        INFERENCE_BATCH pictures make a batch
    """
    params = load_params()
    backbone, features_of = set_up(params)
    print(runtime.describe_devices(precision.resolve_precision(params.precision)), flush=True)
    manifest, candidates = read_manifest("data/prepared"), kept_candidates()

    with atomic_folder("data/features") as folder:
        for split in SPLITS:
            rows = np.flatnonzero(manifest["split"] == split)
            if kept := find_kept(candidates, split, partial(key_of, backbone, rows, params)):
                candidate, features = kept
                print(f"features of {split}: those of the candidate {candidate}", flush=True)
                shutil.copyfile(features, folder / f"{split}.npy")
                continue
            print(f"features of {split}: {len(rows)} pictures", flush=True)
            features = (engine or features_of)(rows, f"features of {split}")
            write_rows(folder / f"{split}.npy", features, (len(rows), backbone.output.shape[1]))
        least = alike.least_cosine(params.backbone.name)
        warn_of_alike(folder, manifest, least)
        hint_at_groups(folder, manifest, least)

    precision.set_precision(backbone, "float32")
    with atomic_folder("models/backbone") as folder:
        save_model(backbone, folder / "model.keras")
        about = {
            "name": params.backbone.name,
            "weights": params.backbone.weights,
            "weights_sha256": weights_sha256(backbone),
            "parameters": backbone.count_params(),
            "picture_size": params.image.size,
            "features": backbone.output.shape[1],
        }
        (folder / "backbone.json").write_text(json.dumps(about, indent=2) + "\n")


def key_of(backbone: runtime.keras.Model, rows: np.ndarray, params: Params) -> str:
    """What features of these rows of the store hang on."""
    chosen, jpeg = precision.resolve_precision(params.precision), PictureStore("data/prepared").jpeg
    return feature_key(backbone, chosen, runtime.accelerators(), map(jpeg, rows))


def warn_of_alike(folder: Path, manifest: pd.DataFrame, least: float) -> None:
    """Look for pictures that are alike across splits; what is found is written beside the features, and said."""
    rows = {split: np.flatnonzero(manifest["split"] == split) for split in SPLITS}
    files = {split: manifest["file"].to_numpy()[rows[split]] for split in SPLITS}
    features = {split: ArrayRows(folder / f"{split}.npy") for split in SPLITS}
    pairs = alike.alike_across(features, least)
    jpeg = PictureStore("data/prepared").jpeg
    alike.write_alike(folder, pairs, files, lambda split, row: jpeg(rows[split][row]))
    if pairs:
        found = "a pair" if len(pairs) == 1 else f"{len(pairs)} pairs"
        print(f"warning: {found} of pictures in different splits look like one; see data/features/alike.csv")


def hint_at_groups(folder: Path, manifest: pd.DataFrame, least: float) -> None:
    """If no groups are kept in one split, say whether names and features hint that there are some."""
    if "group" in manifest:
        return
    splits = ("train", "validation")
    known = pd.concat([manifest[manifest["split"] == split] for split in splits])
    places = [file.partition("/")[2] for file in known["file"]]
    features = {split: ArrayRows(folder / f"{split}.npy") for split in splits}
    if hint := find_hint(places, known["label"].tolist(), features, least):
        (folder / "group_hint.json").write_text(json.dumps(asdict(hint), indent=2) + "\n")
        print(f"warning: {hint}")


def set_up(params: Params) -> tuple[runtime.keras.Model, Features]:
    """The frozen backbone on this process's devices, and the function that extracts features with it."""
    runtime.configure(params.seed.data, params.hardware.devices, INFERENCE_BATCH)
    store = PictureStore("data/prepared")
    backbone = build(params.backbone.name, params.image.size, params.backbone.weights)
    precision.set_precision(backbone, precision.resolve_precision(params.precision))
    infer = compile_inference(backbone, params.hardware.jit_compile)
    return backbone, lambda rows, what: forward_batches(infer, store.jpeg, rows, INFERENCE_BATCH, what)


if __name__ == "__main__":
    sys.exit(run_stage(main))
