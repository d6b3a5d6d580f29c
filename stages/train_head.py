"""train-head: fit a classifier on the frozen features, and put it on the backbone: a self-contained model."""

import sys

import numpy as np

from transfer.analysis.learning_curve import LearningCurve
from transfer.analysis.selection_record import Selection
from transfer.dataset.array_rows import ArrayRows
from transfer.dataset.store import groups_of, read_classes, read_manifest
from transfer.network import runtime  # before anything that imports TensorFlow
from transfer.network.classifier import assemble
from transfer.network.inference.unsure import usual_of_head
from transfer.network.losses import selection_criterion
from transfer.network.model_file import load_model, save_model
from transfer.project.outputs import atomic_folder
from transfer.project.params import load_params
from transfer.project.runner import run_stage
from transfer.project.training_setup import cross_validation_folds, head_from_features


def main() -> None:
    params = load_params()
    runtime.configure(params.seed.training, "cpu")  # a GPU would wait for the next small step most of the time
    print(runtime.describe_devices(), flush=True)
    manifest, classes = read_manifest("data/prepared"), read_classes("data/prepared")
    targets = {split: rows["target"].to_numpy() for split, rows in manifest.groupby("split")}
    features = {split: ArrayRows(f"data/features/{split}.npy") for split in ("train", "validation")}

    groups = [name for split in features for name in groups_of(manifest, split)]

    head = head_from_features(
        params.head,
        features,
        targets,
        classes,
        seed=params.seed.training,
        groups=groups,
        class_weights=params.class_weights,
    )
    folds = cross_validation_folds(params.head, len(manifest) - len(manifest[manifest["split"] == "test"]))
    selection = Selection(
        selection_criterion(params.class_weights),
        head.loss,
        len(head.history) - 1,
        tried=tuple(head.tried),
        l2=head.l2,
        folds=folds,
        converged=head.converged,
    )
    chosen_by = f"{folds}-fold cross-validation" if folds else "validation"
    print(f"solved in {selection.epoch} epochs: {head.history[-1]}")
    print(f"selected by {selection.criterion} in {chosen_by}: L2 {head.l2:g}, loss {head.loss:.4f}")
    if selection.at_edge:
        print(f"note: L2 {head.l2:g} is at the edge of head.l2, and one beyond it may be better; extend the list.")
    if not head.converged:
        print(f"note: the head had not converged after {params.head.epochs} epochs; raise head.epochs.")

    with atomic_folder("models/head") as folder:
        np.savez(folder / "head.npz", kernel=head.kernel, bias=head.bias)
        selection.write(folder / "selection.json")
        LearningCurve.of(head.history).write(folder / "history.csv")
        usual_of_head(*features.values(), targets["validation"], head.kernel, head.bias).write(folder)
        classifier = assemble(load_model("models/backbone/model.keras"), head.kernel, head.bias)
        save_model(classifier, folder / "model.keras", classes)


if __name__ == "__main__":
    sys.exit(run_stage(main))
