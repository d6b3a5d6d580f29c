"""baseline: the same network without its pre-training, on the same pictures: the yardstick of what transfer gave."""

import keras
import numpy as np

from stages.dataset.store import PictureStore, class_names
from stages.finetune import checkpoint_of, learning_curve, pictures
from stages.network import precision, runtime  # before anything that imports TensorFlow
from stages.network.backbones import draw_anew
from stages.network.classifier import assemble, read, save
from stages.network.recipe import Recipe
from stages.network.training import fit
from stages.params import load
from stages.runner import run, whole


def main() -> None:
    params = load()
    runtime.set_up(params.seed, params.hardware.devices)
    store = PictureStore("data/prepared")
    # The very graph that was pre-trained, down to how it scales its input; only the weights are others.
    backbone = draw_anew(read("models/backbone/model.keras"))
    kernel = keras.initializers.GlorotUniform()((backbone.output.shape[1], 1))
    classifier = assemble(backbone, keras.ops.convert_to_numpy(kernel), np.zeros(()))

    recipe = Recipe(
        epochs=params.scratch.epochs,
        learning_rate=params.scratch.learning_rate,
        warmup_epochs=params.finetune.warmup_epochs,
        weight_decay=params.finetune.weight_decay,
        batch_size=params.scratch.batch_size,
        min_area=params.finetune.crop,
        seed=params.seed,
        class_weights=params.class_weights,
        jit_compile=params.hardware.jit_compile,
        precision=precision.choose(params.precision),
    )
    train, validation = (pictures(store, split) for split in ("train", "validation"))
    checkpoint = checkpoint_of("scratch", (recipe, params.hardware.devices), "models/backbone/model.keras")
    history, kept = fit(classifier, train, validation, recipe, checkpoint=checkpoint)
    print(f"best epoch by validation log-loss: {kept.epoch} of {recipe.epochs}")

    with whole("models/scratch") as folder:
        learning_curve(history, validation).to_csv(folder / "history.csv", index=False)
        save(classifier, folder / "model.keras", class_names(store.manifest))
    checkpoint.remove()


if __name__ == "__main__":
    run(main)
