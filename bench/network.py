"""What reading, writing, validating and the loop cost, against bare passes of the same network: python bench/network.py

Everything in one process, in turn, five rounds; prints a Markdown table of ratios, medians and ranges. Takes prepared
pictures (`dvc repro preprocess` first) and the backbone, block and batch of params.yaml.
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np

from stages.dataset.store import PictureStore
from stages.finetune import pictures, recipe_of
from stages.network import backbones, runtime
from stages.network.classifier import assemble, logits_of
from stages.network.inference import compiled, outputs
from stages.network.pipeline import batches
from stages.network.training import Training
from stages.params import load

ROUNDS, COUNT, BATCH = 5, 320, 32

tf = runtime.tf


def main() -> None:
    params = load()
    runtime.set_up(params.seed)
    store = PictureStore("data/prepared")
    rows = np.flatnonzero(store.manifest["split"] == "train")[:COUNT]
    ((resident,),) = batches(store.jpeg, rows[:BATCH], BATCH)
    name = params.backbone.name
    backbone = backbones.build(name, params.image.size, params.backbone.weights)
    forward = compiled(backbone)

    def bare_forward() -> None:
        for _ in range(COUNT // BATCH):
            forward(resident).numpy()

    def extract() -> None:
        with tempfile.NamedTemporaryFile(suffix=".npy") as file:
            features = np.lib.format.open_memmap(file.name, "w+", np.float32, (COUNT, backbone.output.shape[1]))
            for done, batch in enumerate(outputs(forward, store.jpeg, rows, BATCH)):
                features[done * BATCH : done * BATCH + len(batch)] = batch

    print("| | pictures/s | bare pass, pictures/s | ratio (range) |\n|---|---|---|---|")
    report("feature extraction, read and written", *in_turn(extract, bare_forward))

    classifier = assemble(backbone, np.zeros(backbone.output.shape[1]), np.zeros(()))
    top = list(backbones.blocks(classifier, name))[-2]
    for unfrozen, crop in (("all", 0.7), (top, 0.7), (top, 1.0)):
        backbones.unfreeze(classifier, name, unfrozen)
        epoch, bare = training(classifier, store, params, crop)
        report(f"fine-tuning, {unfrozen} and above, crop {crop:g}", *in_turn(epoch, bare))


def training(classifier, store: PictureStore, params, crop: float) -> tuple[Callable, Callable]:
    """An epoch, without what comes once (tracing, epoch 0, frozen blocks) and validation; and as many bare steps."""
    chosen = pictures(store, "train")
    train = replace(chosen, rows=chosen.rows[:COUNT], targets=chosen.targets[:COUNT], keys=chosen.keys[:COUNT])
    settings = params.finetune.model_copy(update={"crop": crop, "batch_size": BATCH, "epochs": 1000})
    work = Training(classifier, train, train, recipe_of(settings, seed=params.seed), None, None)
    network, variables = logits_of(classifier), classifier.trainable_variables
    ((resident,),) = batches(store.jpeg, train.rows[:BATCH], BATCH)
    targets = tf.constant(train.targets[:BATCH], tf.float32)
    optimizer = runtime.keras.optimizers.AdamW(1e-6)
    optimizer.build(variables)

    @tf.function
    def step() -> None:
        with tf.GradientTape() as tape:
            logits = network(tf.cast(resident, tf.float32), training=True)[:, 0]
            loss = tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(targets, logits))
        optimizer.apply(tape.gradient(loss, variables), variables)

    def bare() -> None:
        for _ in range(COUNT // BATCH):
            step()

    return lambda: work.learn(1), bare


def in_turn(ours: Callable, bare: Callable) -> tuple[list[float], list[float]]:
    """Pictures a second of both, once unmeasured and then `ROUNDS` times in turn."""
    speeds = ([], [])
    for number in range(ROUNDS + 1):
        for call, measured in zip((ours, bare), speeds, strict=True):
            start = time.perf_counter()
            call()
            if number:
                measured.append(COUNT / (time.perf_counter() - start))
    return speeds


def report(what: str, ours: list[float], bare: list[float]) -> None:
    ratios = [one / other for one, other in zip(ours, bare, strict=True)]
    middle = statistics.median
    spread = f"{min(ratios):.2f} - {max(ratios):.2f}"
    print(f"| {what} | {middle(ours):.0f} | {middle(bare):.0f} | **{middle(ratios):.2f}** ({spread}) |", flush=True)


if __name__ == "__main__":
    main()
