"""feature-extract: run every prepared picture through the frozen backbone once, and keep its pooled features.

The backbone itself is kept too: what comes later, here or where the run is pulled, needs no download of weights.
"""

import json
from collections.abc import Callable, Iterable

import numpy as np

from stages.dataset.store import PictureStore, read_manifest
from stages.network import precision, runtime  # before anything that imports TensorFlow
from stages.network.backbones import build, digest
from stages.network.classifier import save
from stages.network.inference import compiled, outputs
from stages.params import Params, load
from stages.runner import run, whole

BATCH = 32  # pictures; enough to keep the cores busy, and no matter for the result
Features = Callable[[np.ndarray, str], Iterable[np.ndarray]]  # rows of the store, a name for progress -> batches


def main(engine: Features | None = None) -> None:
    """engine: what runs the backbone elsewhere; each batch of `BATCH` rows has to stay one batch."""
    params = load()
    backbone, features_of = set_up(params)
    split_of = read_manifest("data/prepared")["split"]

    with whole("data/features") as folder:
        for split in ("train", "validation", "test"):
            rows = np.flatnonzero(split_of == split)
            # One file a split, written as the batches come: memory does not grow with the number of pictures.
            header = {"descr": "<f4", "fortran_order": False, "shape": (len(rows), backbone.output.shape[1])}
            with (folder / f"{split}.npy").open("wb") as file:
                np.lib.format.write_array_header_1_0(file, header)
                for batch in (engine or features_of)(rows, f"features of {split}"):
                    file.write(batch.tobytes())

    precision.apply(backbone, "float32")
    with whole("models/backbone") as folder:
        save(backbone, folder / "model.keras")
        about = {
            "name": params.backbone.name,
            "weights": params.backbone.weights,
            "weights_sha256": digest(backbone),
            "parameters": backbone.count_params(),
            "picture_size": params.image.size,
            "features": backbone.output.shape[1],
        }
        (folder / "backbone.json").write_text(json.dumps(about, indent=2) + "\n")


def set_up(params: Params) -> tuple[runtime.keras.Model, Features]:
    """The frozen backbone, on this process's devices, and what gives its features of prepared pictures."""
    runtime.set_up(params.seed, params.hardware.devices)
    store = PictureStore("data/prepared")
    backbone = build(params.backbone.name, params.image.size, params.backbone.weights)
    precision.apply(backbone, precision.choose(params.precision))
    infer = compiled(backbone, params.hardware.jit_compile)
    return backbone, lambda rows, what: outputs(infer, store.jpeg, rows, BATCH, what)


if __name__ == "__main__":
    run(main)
