"""feature-extract: run every prepared picture through the frozen backbone once, and keep its pooled features.

The backbone itself is kept too: what comes later, here or where the run is pulled, needs no download of weights.
"""

import json

import numpy as np

from stages.dataset.store import PictureStore
from stages.network import precision, runtime  # before anything that imports TensorFlow
from stages.network.backbones import build, digest
from stages.network.classifier import save
from stages.network.inference import compiled, outputs
from stages.params import load
from stages.runner import run, whole

BATCH = 32  # pictures; enough to keep the cores busy, and no matter for the result


def main() -> None:
    params = load()
    runtime.set_up(params.seed, params.hardware.devices)
    store = PictureStore("data/prepared")
    backbone = build(params.backbone.name, params.image.size, params.backbone.weights)
    precision.apply(backbone, precision.choose(params.precision))
    infer = compiled(backbone, params.hardware.jit_compile)

    with whole("data/features") as folder:
        for split in ("train", "validation", "test"):
            rows = np.flatnonzero(store.manifest["split"] == split)
            # One file a split, written as the batches come: memory does not grow with the number of pictures.
            header = {"descr": "<f4", "fortran_order": False, "shape": (len(rows), backbone.output.shape[1])}
            with (folder / f"{split}.npy").open("wb") as file:
                np.lib.format.write_array_header_1_0(file, header)
                for batch in outputs(infer, store.jpeg, rows, BATCH, f"features of {split}"):
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


if __name__ == "__main__":
    run(main)
