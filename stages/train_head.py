"""train-head: fit a classifier on the frozen features, and put it on the backbone: a self-contained model."""

import sys

import numpy as np

from transfer.analysis.learning_curve import learning_curve
from transfer.analysis.selection_record import Selection
from transfer.dataset.array_rows import ArrayRows
from transfer.dataset.store import read_classes, read_manifest
from transfer.network import runtime  # before anything that imports TensorFlow
from transfer.network.classifier import assemble
from transfer.network.losses import selection_criterion
from transfer.network.model_file import load_model, save_model
from transfer.network.training.progress import print_epoch
from transfer.network.training.results import EpochLogits
from transfer.project.outputs import atomic_folder
from transfer.project.params import load_params
from transfer.project.runner import run_stage
from transfer.project.training_setup import head_from_features


def main() -> None:
    params = load_params()
    runtime.configure(params.seed, "cpu")  # a GPU would wait for the next small step most of the time
    print(runtime.describe_devices(), flush=True)
    manifest = read_manifest("data/prepared")
    targets = {split: rows["target"].to_numpy() for split, rows in manifest.groupby("split")}
    features = {split: ArrayRows(f"data/features/{split}.npy") for split in ("train", "validation")}

    head = head_from_features(
        params.head,
        features,
        targets,
        seed=params.seed,
        class_weights=params.class_weights,
        on_epoch=print_epoch,
    )
    criterion = selection_criterion(params.class_weights)
    print(f"selected by validation {criterion}: L2 {head.l2:g}, epoch {head.epoch}, loss {head.loss:.4f}")

    with atomic_folder("models/head") as folder:
        np.savez(folder / "head.npz", kernel=head.kernel, bias=head.bias)
        selection = Selection(criterion, head.loss, head.epoch, tried=tuple(head.tried), l2=head.l2)
        selection.write(folder / "selection.json")
        epochs = [EpochLogits(targets["train"], *logits) for logits in head.curve]
        learning_curve(epochs, targets["validation"]).write(folder / "history.csv")
        classifier = assemble(load_model("models/backbone/model.keras"), head.kernel, head.bias)
        save_model(classifier, folder / "model.keras", read_classes("data/prepared").names)


if __name__ == "__main__":
    sys.exit(run_stage(main))
