"""A short training, or a pass through a frozen backbone, to see whether devices can do it, and how fast."""

import hashlib
import time

import numpy as np
from PIL import Image

from transfer.dataset.pictures import encode
from transfer.network import precision, runtime
from transfer.network.backbones import build
from transfer.network.blocks import unfreeze
from transfer.network.catalogue import find_backbone
from transfer.network.classifier import assemble
from transfer.network.device_trial import Outcome, Trial
from transfer.network.inference.forward import compile_inference, forward_batches
from transfer.network.training.loop import fit
from transfer.network.training.recipe import LabelledPictures, Recipe

DIFFERENT = 32  # pictures; more are these again


def attempt(trial: Trial) -> Outcome:
    """Carry out a trial, in a process that has not used TensorFlow before. Weights are drawn at random."""
    runtime.configure(0, trial.devices, trial.batch_size)
    chosen = precision.resolve_precision(trial.precision)
    size = trial.size or find_backbone(trial.backbone).size
    backbone = build(trial.backbone, size, "random")
    pictures = noise(trial.pictures, size)
    attempted = _train if trial.train else _extract
    speed, arrays = attempted(backbone, pictures, trial, chosen)
    digest = hashlib.sha256(b"".join(np.ascontiguousarray(array).tobytes() for array in arrays)).hexdigest()
    return Outcome(runtime.describe_devices(chosen), speed, digest)


def _train(
    backbone: runtime.keras.Model, pictures: LabelledPictures, trial: Trial, chosen: str
) -> tuple[float, list[np.ndarray]]:
    width = backbone.output.shape[1]
    classifier = assemble(backbone, np.zeros((width, 1)), np.zeros(1))
    unfreeze(classifier, trial.backbone, "all")
    recipe = Recipe(
        epochs=2,
        learning_rate=1e-4,
        warmup_epochs=0.5,
        weight_decay=0.01,
        batch_size=trial.batch_size,
        min_area=0.7,
        seed=0,
        jit_compile=trial.jit_compile,
        precision=chosen,
    )
    reports = []
    fit(classifier, pictures, noise(trial.batch_size, backbone.input.shape[1]), recipe, on_epoch=reports.append)
    return reports[-1].pictures_per_second, classifier.get_weights()


def _extract(
    backbone: runtime.keras.Model, pictures: LabelledPictures, trial: Trial, chosen: str
) -> tuple[float, list[np.ndarray]]:
    precision.set_precision(backbone, chosen)
    infer = compile_inference(backbone, trial.jit_compile)
    for _ in range(2):  # the first time everything is compiled
        start = time.monotonic()
        features = list(forward_batches(infer, pictures.read, pictures.rows, trial.batch_size))
    return len(pictures.rows) / (time.monotonic() - start), features


def noise(count: int, size: int) -> LabelledPictures:
    """Pictures of noise, of which some repeat, in two classes in turn; `size` pixels."""
    draws = np.random.default_rng(0)
    coarse = draws.integers(0, 256, (min(count, DIFFERENT), 8, 8, 3), dtype=np.uint8)
    streams = [encode(Image.fromarray(one).resize((size, size))) for one in coarse]
    rows = np.arange(count)
    return LabelledPictures(lambda row: streams[row % len(streams)], rows, rows % 2, rows.astype(np.uint64))
