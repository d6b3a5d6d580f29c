"""finetune: start from the trained head, unfreeze the top of the backbone, and adjust it by back-propagation."""

import math
import sys

from transfer.analysis.learning_curve import LearningCurve
from transfer.analysis.selection_record import Selection
from transfer.dataset.store import PictureStore
from transfer.network import precision, runtime  # before anything that imports TensorFlow
from transfer.network.blocks import find_blocks, unfreeze
from transfer.network.inference.watching import usual_of_network
from transfer.network.losses import selection_criterion
from transfer.network.model_file import load_model, save_model
from transfer.network.training.loop import fit
from transfer.network.training.recipe import LabelledPictures
from transfer.project.live_curve import follow
from transfer.project.outputs import atomic_folder
from transfer.project.params import load_params
from transfer.project.runner import run_stage
from transfer.project.training_setup import finetune_recipe, training_checkpoint


def main() -> None:
    params = load_params()
    runtime.configure(params.seed.training, params.hardware.devices, params.finetune.batch_size)
    chosen_precision = precision.resolve_precision(params.precision)
    print(runtime.describe_devices(chosen_precision))
    store = PictureStore("data/prepared")
    classifier = load_model("models/head/model.keras")
    unfrozen = unfreeze(classifier, params.backbone.name, params.finetune.unfreeze)
    count = sum(math.prod(weight.shape) for weight in classifier.trainable_weights)
    weights = f"{count:,} of {classifier.count_params():,} weights"
    print(f"unfrozen: {', '.join([*unfrozen, 'head'])} ({weights})", flush=True)

    recipe = finetune_recipe(
        params.finetune,
        seed=params.seed.training,
        class_weights=params.class_weights,
        jit_compile=params.hardware.jit_compile,
        precision=chosen_precision,
    )
    train, validation = (LabelledPictures.of_split(store, split) for split in ("train", "validation"))
    depends_on = (recipe, params.finetune.unfreeze, params.hardware.devices)
    checkpoint = training_checkpoint("finetuned", depends_on, "models/head/model.keras")
    blocks = find_blocks(classifier, params.backbone.name)
    history, selected = fit(classifier, train, validation, recipe, blocks, checkpoint, on_epoch=follow("finetuned"))
    criterion = selection_criterion(params.class_weights)
    print(f"selected by validation {criterion}: {selected}")

    usual = usual_of_network(classifier, store.jpeg, train.rows, validation.rows, validation.targets)
    with atomic_folder("models/finetuned") as folder:
        LearningCurve.of(history).write(folder / "history.csv")
        usual.write(folder)
        Selection(**selected.as_record(), criterion=criterion).write(folder / "selection.json")
        save_model(classifier, folder / "model.keras", store.classes)
    checkpoint.remove()


if __name__ == "__main__":
    sys.exit(run_stage(main))
