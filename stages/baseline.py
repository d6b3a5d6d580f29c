"""baseline: train the same network on the same pictures from random weights, to measure what pre-training gave."""

import sys

import numpy as np

from transfer.analysis.learning_curve import LearningCurve
from transfer.analysis.selection_record import Selection
from transfer.dataset.store import PictureStore
from transfer.network import precision, runtime  # before anything that imports TensorFlow
from transfer.network.backbones import reinitialise
from transfer.network.classifier import assemble
from transfer.network.inference.watching import usual_of_network
from transfer.network.link import link_of
from transfer.network.losses import selection_criterion
from transfer.network.model_file import load_model, save_model
from transfer.network.training.loop import fit
from transfer.network.training.recipe import LabelledPictures, Recipe
from transfer.project.live_curve import follow
from transfer.project.outputs import atomic_folder
from transfer.project.params import load_params
from transfer.project.runner import run_stage
from transfer.project.training_setup import training_checkpoint


def main() -> None:
    params = load_params()
    runtime.configure(params.seed.training, params.hardware.devices)  # one: each normalises by its part of a batch
    chosen_precision = precision.resolve_precision(params.precision)
    print(runtime.describe_devices(chosen_precision), flush=True)
    store = PictureStore("data/prepared")
    # The graph that was pre-trained, down to how it scales its input, with new weights.
    backbone = reinitialise(load_model("models/backbone/model.keras"))
    units = link_of(store.classes).units
    kernel = runtime.keras.initializers.GlorotUniform()((backbone.output.shape[1], units))
    classifier = assemble(backbone, runtime.keras.ops.convert_to_numpy(kernel), np.zeros(units))

    recipe = Recipe(
        epochs=params.scratch.epochs,
        learning_rate=params.scratch.learning_rate,
        warmup_epochs=params.finetune.warmup_epochs,
        weight_decay=params.finetune.weight_decay,
        batch_size=params.scratch.batch_size,
        min_area=params.finetune.crop,
        seed=params.seed.training,
        class_weights=params.class_weights,
        jit_compile=params.hardware.jit_compile,
        precision=chosen_precision,
        section="scratch",
    )
    train, validation = (LabelledPictures.of_split(store, split) for split in ("train", "validation"))
    checkpoint = training_checkpoint("scratch", (recipe, params.hardware.devices), "models/backbone/model.keras")
    history, selected = fit(classifier, train, validation, recipe, checkpoint=checkpoint, on_epoch=follow("scratch"))
    criterion = selection_criterion(params.class_weights)
    print(f"selected by validation {criterion}: {selected}")

    usual = usual_of_network(classifier, store.jpeg, train.rows, validation.rows, validation.targets)
    with atomic_folder("models/scratch") as folder:
        LearningCurve.of(history).write(folder / "history.csv")
        usual.write(folder)
        Selection(**selected.as_record(), criterion=criterion).write(folder / "selection.json")
        save_model(classifier, folder / "model.keras", store.classes)
    checkpoint.remove()


if __name__ == "__main__":
    sys.exit(run_stage(main))
