"""A training under way, epoch by epoch, written out so that every value it reports is computed from logits."""

import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import keras
import numpy as np
from tqdm import tqdm

from transfer.errors import InputError
from transfer.network.classifier import logits_of
from transfer.network.inference.activation_cache import InputSource, choose_source, split_at_trainable
from transfer.network.inference.batches import picture_batches
from transfer.network.inference.folding import fold
from transfer.network.inference.forward import compile_inference, fetch_arrays, forward_batches
from transfer.network.link import link_for
from transfer.network.losses import log_loss, sample_weights
from transfer.network.training.batch_steps import BatchStep, check_compilable, compile_steps
from transfer.network.training.checkpoint import Checkpoint
from transfer.network.training.epoch_plan import plan_epoch
from transfer.network.training.optimizer import build_optimizer, mean_learning_rate
from transfer.network.training.progress import EpochReport, report_epoch
from transfer.network.training.recipe import LabelledPictures, Recipe
from transfer.network.training.results import EpochFigures, figures
from transfer.network.training.state import TrainingState
from transfer.network.training.temperature import fit_temperature


class Training:
    """A training under way: `fit` drives it.

    folder: where activations are cached; None: where temporary files are
    """

    def __init__(
        self,
        classifier: keras.Model,
        train: LabelledPictures,
        validation: LabelledPictures,
        recipe: Recipe,
        blocks: dict[str, int] | None,
        folder: Path | None,
    ):
        self.train, self.validation, self.recipe = train, validation, recipe
        self.network = logits_of(classifier)
        self.link = link_for(self.network.output.shape[-1])
        if recipe.jit_compile:
            check_compilable(self.network)
        self.picture_weights = sample_weights(train.targets, recipe.class_weights)
        self.validation_weights = sample_weights(validation.targets, recipe.class_weights)
        self.steps = -(-len(train.rows) // recipe.batch_size)
        self.optimizer = build_optimizer(classifier, recipe, self.steps, blocks)
        self.state = TrainingState(self.network, self.optimizer)
        self.train_source, self.validation_source = self._sources(folder)
        self.infer = compile_inference(self.validation_source.network, recipe.jit_compile)
        self.evaluate_batch, self.train_batch = compile_steps(
            fold(self.train_source.network),
            self.link,
            self.network.trainable_variables,
            self.optimizer,
            recipe.jit_compile,
        )

    def _sources(self, folder: Path | None) -> tuple[InputSource, InputSource]:
        """What the train pictures and the validation pictures are read from."""
        halves = split_at_trainable(self.network)
        # Without crops a picture has two views, itself and its mirror image; with crops each is new.
        repeats = self.recipe.min_area == 1 and self.recipe.epochs > 1
        return (
            choose_source(self.network, halves if repeats else None, self.train, self.recipe, 2, folder),
            choose_source(
                self.network, halves if self.recipe.epochs else None, self.validation, self.recipe, 1, folder
            ),
        )

    def resume(self, checkpoint: Checkpoint | None) -> None:
        """Go on from a checkpoint, if there is one of this training."""
        arrays = checkpoint and checkpoint.load()
        if arrays:
            self.state.restore(arrays)
            print(f"going on after epoch {len(self.state.losses) - 1} of {self.recipe.epochs}", flush=True)

    def run(self, epoch: int) -> EpochReport:
        """Train for one epoch, or not at all in epoch 0, then validate and record it."""
        start = time.monotonic()
        targets, logits = self.learn(epoch)
        learnt = time.monotonic()
        with self._moving_averages() if epoch and self.optimizer.use_ema else nullcontext():
            validation_logits = self.validate()
            parts = ((targets, logits), (self.validation.targets, validation_logits))
            entry = EpochFigures(*(value for part in parts for value in figures(self.link, *part)))
            self.state.record(epoch, entry, self.criterion(validation_logits))
        rate = mean_learning_rate(self.recipe, self.steps, epoch) if epoch else 0.0
        return report_epoch(
            self.recipe.epochs, self.state.history, self.state.losses[-1], len(targets), rate, start, learnt
        )

    def learn(self, epoch: int) -> tuple[np.ndarray, np.ndarray]:
        """Go through the train pictures once, and learn from them unless `epoch` is 0.

        Returns their targets, int (n,), and logits, float32 (n, units), in the order in which they were taken.
        """
        plan, source = plan_epoch(self.train, self.picture_weights, self.recipe, epoch), self.train_source
        rows, columns = source.rows[plan.positions], [plan.targets, plan.weights]
        if source.cached:
            rows = rows + plan.mirrored  # a mirror image's activations are in the row after the picture's
        else:
            columns.append(plan.boxes)
        data = picture_batches(source.values, rows, self.recipe.batch_size, *columns)
        what = f"epoch {epoch}/{self.recipe.epochs}" if epoch else "before training"
        progress = tqdm(data, what, self.steps, disable=None, unit="batch", leave=False)
        logits = np.concatenate(list(self._finite(progress, self.train_batch if epoch else self.evaluate_batch, epoch)))
        count = len(self.train.rows)
        return plan.targets[:count], logits[:count]

    def _finite(self, data: tqdm, step: BatchStep, epoch: int) -> Iterator[np.ndarray]:
        """The logits of one batch after the other; raises InputError for one that is not finite."""
        for logits in fetch_arrays(step(*batch) for batch in data):
            if not np.isfinite(logits).all():
                raise InputError(
                    f"the loss is not finite any more in epoch {epoch}, at a learning rate of "
                    f"{self.learning_rate():.2g}: lower {self.recipe.section}.learning_rate (to a third, say), or "
                    "raise finetune.warmup_epochs, and run again."
                )
            yield logits

    def validate(self) -> np.ndarray:
        """The logits of the validation pictures by the weights that are set, float32 (n, units)."""
        source = self.validation_source
        batches = forward_batches(self.infer, source.values, source.rows, self.recipe.batch_size)
        return np.concatenate(list(batches))

    def temperature(self, logits: np.ndarray) -> float:
        """The temperature for logits of the validation pictures."""
        return fit_temperature(self.validation.targets, logits, self.validation_weights)

    def criterion(self, logits: np.ndarray, temperature: float | None = None) -> float:
        """What chooses weights by their logits of the validation pictures: the log-loss, weighted by class if asked.

        temperature: what the logits are divided by; None: the best one
        """
        cooled = logits / (temperature or self.temperature(logits))
        return log_loss(self.validation.targets, cooled, self.validation_weights)

    @contextmanager
    def _moving_averages(self) -> Iterator[None]:
        """Set the weights to the moving averages of `use_ema`; afterwards back, for training to go on from."""
        trained = self.state.values()
        self.optimizer.finalize_variable_values(self.network.trainable_variables)
        try:
            yield
        finally:
            self.state.assign(trained)

    def learning_rate(self) -> float:
        """The rate of the next update."""
        return float(keras.ops.convert_to_numpy(self.optimizer.learning_rate))
