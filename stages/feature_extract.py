"""feature-extract: run every prepared picture through the frozen backbone once, and keep its pooled features.

The backbone itself is kept too: what comes later, here or where the run is pulled, needs no download of weights.
"""

import json
import sys
from collections.abc import Callable, Iterable

import numpy as np

from transfer.dataset.store import PictureStore, read_manifest
from transfer.network import precision, runtime  # before anything that imports TensorFlow
from transfer.network.backbones import build, weights_sha256
from transfer.network.inference.forward import compile_inference, forward_batches
from transfer.network.model_file import save_model
from transfer.project.outputs import atomic_folder
from transfer.project.params import load_params
from transfer.project.runner import run_stage
from transfer.project.schema import Params

BATCH = 32  # pictures; enough to keep the cores busy, and no matter for the result
Features = Callable[[np.ndarray, str], Iterable[np.ndarray]]  # rows of the store, a name for progress -> batches


def main(engine: Features | None = None) -> None:
    """engine: what runs the backbone elsewhere; each batch of `BATCH` rows has to stay one batch."""
    params = load_params()
    backbone, features_of = set_up(params)
    split_of = read_manifest("data/prepared")["split"]

    with atomic_folder("data/features") as folder:
        for split in ("train", "validation", "test"):
            rows = np.flatnonzero(split_of == split)
            # One file a split, written as the batches come: memory does not grow with the number of pictures.
            header = {"descr": "<f4", "fortran_order": False, "shape": (len(rows), backbone.output.shape[1])}
            with (folder / f"{split}.npy").open("wb") as file:
                np.lib.format.write_array_header_1_0(file, header)
                for batch in (engine or features_of)(rows, f"features of {split}"):
                    file.write(batch.tobytes())

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


def set_up(params: Params) -> tuple[runtime.keras.Model, Features]:
    """The frozen backbone, on this process's devices, and what gives its features of prepared pictures."""
    runtime.configure(params.seed, params.hardware.devices)
    store = PictureStore("data/prepared")
    backbone = build(params.backbone.name, params.image.size, params.backbone.weights)
    precision.set_precision(backbone, precision.resolve_precision(params.precision))
    infer = compile_inference(backbone, params.hardware.jit_compile)
    return backbone, lambda rows, what: forward_batches(infer, store.jpeg, rows, BATCH, what)


if __name__ == "__main__":
    sys.exit(run_stage(main))
