"""Rows extract and finetune: what reading, writing, validating and the loop cost, against bare passes.

Both sides in one process, on the same pictures, network and batch.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import NamedTemporaryFile

import numpy as np

from bench.harness import Measured, Sizes, in_turn, seconds
from bench.projects import Project

NAME, BLOCK, BATCH = "efficientnet_lite0", "block6", 32


def network(sizes: Sizes, folder: Path, rounds: int, rows: list[str]) -> Iterator[Measured]:
    # Imported here: TensorFlow takes seconds and memory, and every other row is measured in processes of its own.
    from transfer.dataset.store import PictureStore
    from transfer.network import runtime  # before anything that imports TensorFlow
    from transfer.network.backbones import build
    from transfer.network.blocks import unfreeze
    from transfer.network.classifier import assemble
    from transfer.project.params import load_params

    project = Project(folder / "network", {**sizes.source, "image.size": sizes.network_size})
    project.repro("preprocess")
    params = load_params(project.folder / "params.yaml")
    runtime.configure(params.seed.training)
    store = PictureStore(project.folder / "data/prepared")
    backbone = build(NAME, sizes.network_size, "imagenet")
    note = f"{NAME}, {sizes.network_size} pixels, batch {BATCH}, {sizes.batches} batches"
    if "extract" in rows:
        yield Measured("extract", *speeds(rounds, sizes, *extraction(backbone, store, sizes.batches)), note=note)

    whole = assemble(backbone, np.zeros((backbone.output.shape[1], 1)), np.zeros(1))
    for row, unfrozen, crop in (
        ("finetune/all", "all", 0.7),
        ("finetune/block", BLOCK, 0.7),
        ("finetune/reused", BLOCK, 1.0),
    ):
        if row in rows:
            unfreeze(whole, NAME, unfrozen)
            sides = speeds(rounds, sizes, *training(whole, store, params, crop, sizes.batches))
            yield Measured(
                row, *sides, note=f"{note}, {unfrozen} and above, crop {crop:g}; no first epoch, no validation"
            )


def speeds(rounds: int, sizes: Sizes, ours: Callable, bare: Callable) -> tuple[list[float], list[float]]:
    """Pictures a second of both, in turn, after once unmeasured: that is for tracing."""
    count = sizes.batches * BATCH
    ours(), bare()
    return in_turn(max(rounds, 5), lambda: count / seconds(ours), lambda: count / seconds(bare))


def extraction(backbone, store, batches: int) -> tuple[Callable, Callable]:
    """What `feature-extract` does for each split, and the same number of bare forward passes: of Keras' network."""
    from transfer.network.inference.batches import picture_batches as batched
    from transfer.network.inference.forward import compile_inference, forward_batches
    from transfer.network.runtime import tf

    rows = np.resize(np.flatnonzero(store.manifest["split"] == "train"), batches * BATCH)
    ((resident,),) = batched(store.jpeg, rows[:BATCH], BATCH)
    call = compile_inference(backbone)

    @tf.function
    def forward() -> tf.Tensor:
        return backbone(tf.cast(resident, tf.float32), training=False)

    def bare() -> None:
        for _ in range(batches):
            forward().numpy()

    def extract() -> None:
        with NamedTemporaryFile(suffix=".npy") as file:
            header = {"descr": "<f4", "fortran_order": False, "shape": (len(rows), backbone.output.shape[1])}
            np.lib.format.write_array_header_1_0(file, header)
            for batch in forward_batches(call, store.jpeg, rows, BATCH):
                file.write(batch.tobytes())

    return extract, bare


def training(whole, store, params, crop: float, batches: int) -> tuple[Callable, Callable]:
    """An epoch, without what comes once (tracing, epoch 0, frozen blocks) and validation; and as many bare steps."""
    from transfer.network.classifier import logits_of
    from transfer.network.inference.batches import picture_batches as batched
    from transfer.network.runtime import keras, tf
    from transfer.network.training.epochs import Training
    from transfer.network.training.recipe import LabelledPictures
    from transfer.project.training_setup import finetune_recipe

    chosen, count = LabelledPictures.of_split(store, "train"), batches * BATCH
    train = replace(chosen, **{name: np.resize(getattr(chosen, name), count) for name in ("rows", "targets", "keys")})
    settings = params.finetune.model_copy(update={"crop": crop, "batch_size": BATCH, "epochs": 1000})
    work = Training(whole, train, train, finetune_recipe(settings, seed=params.seed.training), None, None)
    logits, variables = logits_of(whole), whole.trainable_variables
    ((resident,),) = batched(store.jpeg, train.rows[:BATCH], BATCH)
    targets = tf.constant(train.targets[:BATCH], tf.float32)
    optimizer = keras.optimizers.AdamW(1e-6)
    optimizer.build(variables)

    @tf.function
    def step() -> None:
        with tf.GradientTape() as tape:
            found = logits(tf.cast(resident, tf.float32), training=True)[:, 0]
            loss = tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(targets, found))
        optimizer.apply(tape.gradient(loss, variables), variables)

    def bare() -> None:
        for _ in range(batches):
            step()

    return lambda: work.learn(1), bare
