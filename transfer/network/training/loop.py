"""Fine-tuning: all epochs, and what is left of them in the end."""

from dataclasses import replace

import keras

from transfer.network import precision
from transfer.network.runtime import device_errors
from transfer.network.training.checkpoint import Checkpoint
from transfer.network.training.epochs import Training
from transfer.network.training.progress import OnEpoch
from transfer.network.training.recipe import LabelledPictures, Recipe
from transfer.network.training.results import EpochFigures, SelectedWeights
from transfer.network.training.temperature import cool
from transfer.network.training.weight_selection import select_weights


def fit(
    classifier: keras.Model,
    train: LabelledPictures,
    validation: LabelledPictures,
    recipe: Recipe,
    blocks: dict[str, int] | None = None,
    checkpoint: Checkpoint | None = None,
    on_epoch: OnEpoch | None = None,
) -> tuple[list[EpochFigures], SelectedWeights]:
    """Train the trainable weights of a classifier in place, and leave it with the best that validation has seen.

    Epoch 0 is before any update: the model as it came, on the pictures that epoch 1 trains on. Weights are judged by
    the validation log-loss that is left once their logits are divided by a temperature (see `fit_temperature`): a model
    that has learnt more and is too sure of itself counts for what it is worth when that is mended. The model is left,
    mended, with whatever has the lowest of: the best later epoch's weights, those of epoch 0, and the averages of the
    two by `recipe.averaging_weights`. Where epoch 0 wins, the model stays as it came.

    classifier: as from `classifier.assemble`
    blocks: as from `blocks.find_blocks`; needed where `recipe.layer_decay` is not 1
    checkpoint: written after every epoch. If it is there, training goes on from it: everything that is drawn at random
        depends on seed, epoch and picture alone, so that the result has the same bytes as without the interruption
    on_epoch: called after every epoch

    Returns the epochs, 0 to `recipe.epochs`, and which weights were selected.
    Raises InputError if the loss is no longer finite or memory is too small, and NetworkError if a machine is lost.
    """
    smaller = f"try {max(recipe.batch_size // 2, 1)} ({recipe.section}.batch_size)"
    with device_errors(recipe.batch_size, f"{smaller}, fewer unfrozen blocks, or mixed precision"):
        precision.set_precision(classifier, recipe.precision)
        training = Training(classifier, train, validation, recipe, blocks, checkpoint and checkpoint.path.parent)
        training.resume(checkpoint)
        for epoch in range(len(training.state.history), recipe.epochs + 1):
            try:
                report = training.run(epoch)
            except KeyboardInterrupt:
                saved = f"training is kept up to epoch {epoch - 1}" if checkpoint and epoch else ""
                raise KeyboardInterrupt(saved) from None
            if checkpoint:
                checkpoint.save(training.state.to_arrays())
            if on_epoch:
                on_epoch(report)
        selected = select_weights(
            training.state, recipe.averaging_weights, lambda: training.criterion(training.validate())
        )
        if selected.epoch:
            selected = replace(selected, temperature=training.temperature(training.validate()))
            cool(classifier, selected.temperature)
        else:  # it stays as it came, and so does its loss
            selected = replace(selected, loss=training.criterion(training.validate(), 1.0))
        precision.set_precision(classifier, "float32")
    return training.state.history, selected
