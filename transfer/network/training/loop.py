"""Fine-tuning: the training loop, written out, since every value that it reports comes from stored predictions."""

from collections.abc import Callable, Iterator
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf
from tqdm import tqdm

from transfer.errors import InputError
from transfer.network import precision
from transfer.network.classifier import logits_of
from transfer.network.inference import activation_cache
from transfer.network.inference.batches import fill_last_batch, picture_batches
from transfer.network.inference.folding import Folded
from transfer.network.inference.forward import compile_inference, forward_batches, gather_replicas, prefetch_arrays
from transfer.network.losses import log_loss, sample_weights
from transfer.network.runtime import device_errors
from transfer.network.training.augment import crop, draw_boxes
from transfer.network.training.checkpoint import Checkpoint
from transfer.network.training.optimizer import adamw
from transfer.network.training.recipe import EpochLogits, LabelledPictures, Recipe, SelectedWeights


def fit(
    classifier: keras.Model,
    train: LabelledPictures,
    validation: LabelledPictures,
    recipe: Recipe,
    blocks: dict[str, int] | None = None,
    checkpoint: Checkpoint | None = None,
) -> tuple[list[EpochLogits], SelectedWeights]:
    """Train the trainable weights of `classifier` in place; leave it with the best that validation has seen.

    Epoch 0 is before any update: the model as it came, on the pictures that epoch 1 trains on. Of the later epochs, the
    best has the lowest validation log-loss. Kept is what has the lowest of: its weights, those at the start (a model is
    never left worse than it came), and the averages of the two by `recipe.averaging_weights`. What lies in between is
    often better than either: less sure of itself where it is wrong (Wortsman et al., 2022, WiSE-FT).

    blocks: as from `backbones.blocks`, where `recipe.layer_decay` is not 1
    checkpoint: written after every epoch, and gone on from if it is there: everything drawn at random depends on seed,
        epoch and picture alone, so that the result has the same bytes as without the interruption

    Returns the epochs, 0 to `recipe.epochs`, and what was kept.
    Raises InputError if the loss is no longer finite, or memory is too small, and NetworkError for a lost machine.
    """
    with device_errors(recipe.batch_size):
        precision.set_precision(classifier, recipe.precision)
        training = Training(classifier, train, validation, recipe, blocks, checkpoint and checkpoint.path.parent)
        training.resume(checkpoint)
        for epoch in range(len(training.history), recipe.epochs + 1):
            try:
                training.run(epoch)
            except KeyboardInterrupt:
                kept = f"training is kept up to epoch {epoch - 1}" if checkpoint and epoch else ""
                raise KeyboardInterrupt(kept) from None
            if checkpoint:
                checkpoint.save(training.state())
        kept = training.choose()
        precision.set_precision(classifier, "float32")
    return training.history, kept


class Training:
    """A training under way: `fit` drives it."""

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
        self.weights = sample_weights(train.targets, recipe.class_weights)
        self.steps = -(-len(train.rows) // recipe.batch_size)
        variables = self.network.trainable_variables
        self.optimizer = adamw(
            recipe.learning_rate,
            recipe.weight_decay,
            recipe.epochs * self.steps,
            round(recipe.warmup_epochs * self.steps),
            recipe.optimizer | precision.loss_scale(recipe.precision),
        )
        self.optimizer.build_for(variables, _factors(classifier, recipe.layer_decay, blocks))
        # What training changes: also the statistics of normalisation that is trained, and the state of dropout.
        self.changing = [
            *variables,
            *(
                variable
                for layer in self.network.layers
                if layer.trainable
                for variable in layer.non_trainable_variables
            ),
        ]
        self.history: list[EpochLogits] = []
        self.losses: list[float] = []
        self.best = 0  # none so far
        self.start = self.kept = [variable.numpy() for variable in self.changing]
        parts = activation_cache.split_at_trainable(self.network)
        # Without crops a picture has two views, itself and its mirror image; with crops each is new.
        same = recipe.min_area == 1 and recipe.epochs > 1
        self.feed = activation_cache.input_source(self.network, parts if same else None, train, recipe, 2, folder)
        same = recipe.epochs > 0
        self.validation_feed = activation_cache.input_source(
            self.network, parts if same else None, validation, recipe, 1, folder
        )
        self.infer = compile_inference(self.validation_feed.network, recipe.jit_compile)
        self.look, self.step = self._graphs(variables)

    def _graphs(self, variables: list[keras.Variable]) -> tuple[Callable, Callable]:
        """The functions of one batch, on all devices: look at it as it is, and learn from it. Both give its logits."""
        strategy, network, optimizer = tf.distribute.get_strategy(), Folded(self.feed.network), self.optimizer

        # Crops stay outside: XLA has no kernel for them.
        @tf.function(jit_compile=self.recipe.jit_compile)
        def forward(pictures: tf.Tensor) -> tf.Tensor:
            return network(pictures, training=False)[:, 0]

        @tf.function(jit_compile=self.recipe.jit_compile)
        def gradients(pictures: tf.Tensor, targets: tf.Tensor, weights: tf.Tensor) -> tuple[tf.Tensor, list[tf.Tensor]]:
            with tf.GradientTape() as tape:
                logits = network(pictures, training=True)[:, 0]
                losses = tf.nn.sigmoid_cross_entropy_with_logits(targets, logits)
                loss = optimizer.scale_loss(tf.reduce_sum(weights * losses))
            return logits, tape.gradient(loss, variables)

        def look(pictures: tf.Tensor, targets: tf.Tensor, weights: tf.Tensor, *boxes: tf.Tensor) -> tf.Tensor:
            return gather_replicas(forward(crop(pictures, *boxes) if boxes else pictures))

        def step(pictures: tf.Tensor, targets: tf.Tensor, weights: tf.Tensor, *boxes: tf.Tensor) -> tf.Tensor:
            # `weights` hold one over the batch's size, and `apply` sums gradients over all devices: together, the mean.
            logits, gradient = gradients(crop(pictures, *boxes) if boxes else pictures, targets, weights)
            optimizer.apply(gradient, variables)
            return gather_replicas(logits)

        return tuple(tf.function(lambda *batch, of=of: strategy.run(of, args=batch)) for of in (look, step))

    def run(self, epoch: int) -> None:
        """Train for one epoch (none if it is 0), and validate."""
        targets, logits = self.learn(epoch)
        validation_logits, loss = self.validate()
        self.history.append(EpochLogits(targets, logits, validation_logits))
        self.losses.append(loss)
        if epoch and (not self.best or loss < self.losses[self.best]):
            self.best, self.kept = epoch, [variable.numpy() for variable in self.changing]

    def validate(self) -> tuple[np.ndarray, float]:
        """The logits of the validation pictures, (n,), and their log-loss."""
        predicted = forward_batches(
            self.infer, self.validation_feed.source, self.validation_feed.rows, self.recipe.batch_size
        )
        logits = np.concatenate(list(predicted))[:, 0]
        weights = sample_weights(self.validation.targets, self.recipe.class_weights)
        return logits, float(log_loss(self.validation.targets, logits, weights))

    def learn(self, epoch: int) -> tuple[np.ndarray, np.ndarray]:
        """Go through the train pictures once, learning unless `epoch` is 0; gives their targets and logits, (n,)."""
        size, count = self.recipe.batch_size, len(self.train.rows)
        order = np.random.default_rng([self.recipe.seed, max(epoch, 1)]).permutation(count)
        places = fill_last_batch(order, size)
        counts = (np.arange(len(places)) < count).reshape(-1, size)  # what fills up counts for nothing
        weights = (counts / counts.sum(axis=1, keepdims=True)).astype(np.float32).ravel() * self.weights[places]
        targets = self.train.targets.astype(np.float32)[places]
        boxes = draw_boxes(self.recipe.seed, max(epoch, 1), self.train.keys, self.recipe.min_area)[places]
        rows, columns = self.feed.rows[places], (targets, weights, boxes)
        if isinstance(self.feed.source, np.ndarray):
            rows, columns = rows + (boxes[:, 1] > boxes[:, 3]), (targets, weights)
        data = picture_batches(self.feed.source, rows, size, *columns)
        what = f"epoch {epoch}/{self.recipe.epochs}" if epoch else "before training"
        progress = tqdm(data, what, self.steps, disable=None, unit="batch", leave=False)
        logits = np.concatenate(list(self._finite(progress, self.step if epoch else self.look, epoch)))
        return targets[:count], logits[:count]

    def _finite(self, data: tqdm, call: Callable, epoch: int) -> Iterator[np.ndarray]:
        """The logits of one batch after the other, as long as they are numbers."""
        for logits in prefetch_arrays(call(*batch) for batch in data):
            if not np.isfinite(logits).all():
                rate = float(keras.ops.convert_to_numpy(self.optimizer.learning_rate))
                raise InputError(
                    f"the loss is not finite any more in epoch {epoch}, at a learning rate of {rate:.2g}: lower "
                    "finetune.learning_rate (to a third, say), or raise finetune.warmup_epochs, and run again."
                )
            yield logits

    def state(self) -> dict[str, np.ndarray]:
        """Everything that `resume` needs, as arrays."""
        arrays = {f"now.{n}": variable.numpy() for n, variable in enumerate(self.changing)}
        arrays |= {f"optimizer.{n}": variable.numpy() for n, variable in enumerate(self.optimizer.variables)}
        arrays |= {f"best.{n}": value for n, value in enumerate(self.kept)}
        for n, epoch in enumerate(self.history):
            arrays |= {f"history.{n}.{name}": values for name, values in vars(epoch).items()}
        return arrays | {"losses": np.array(self.losses), "best": np.array(self.best)}

    def resume(self, checkpoint: Checkpoint | None) -> None:
        arrays = checkpoint and checkpoint.load()
        if not arrays:
            return
        for prefix, variables in (("now", self.changing), ("optimizer", self.optimizer.variables)):
            for n, variable in enumerate(variables):
                variable.assign(arrays[f"{prefix}.{n}"])
        self.kept = [arrays[f"best.{n}"] for n in range(len(self.kept))]
        self.losses, self.best = arrays["losses"].tolist(), int(arrays["best"])
        names = EpochLogits.__dataclass_fields__
        self.history = [
            EpochLogits(**{name: arrays[f"history.{n}.{name}"] for name in names}) for n in range(len(self.losses))
        ]
        print(f"going on after epoch {len(self.losses) - 1} of {self.recipe.epochs}")

    def choose(self) -> SelectedWeights:
        """Take, of the way from the start to the best epoch, the share that validation finds best."""
        tried = {0.0: self.losses[0], 1.0: self.losses[self.best]}
        for share in self.recipe.averaging_weights if self.best else ():
            self.take(share)
            tried[share] = self.validate()[1]
        best = min(tried, key=tried.get)
        self.take(best)
        return SelectedWeights(
            epoch=self.best if best else 0,
            averaging_weight=best or 1.0,
            loss=tried[best],
            tried=dict(sorted(tried.items())),
        )

    def take(self, share: float) -> None:
        """Set the weights to the average of the start's and the best epoch's, of which `share` is the latter's."""
        for variable, start, end in zip(self.changing, self.start, self.kept, strict=True):
            if 0 < share < 1 and np.issubdtype(end.dtype, np.floating):  # a generator's state has no average
                variable.assign(((1 - share) * start + share * end).astype(end.dtype))
            else:
                variable.assign(end if share else start)


def _factors(classifier: keras.Model, layer_decay: float, blocks: dict[str, int] | None) -> list[float]:
    """For each trainable variable, what its learning rate is multiplied with: the head 1, each block below it less."""
    starts = list((blocks or {}).values())
    factors = []
    for index, layer in enumerate(classifier.layers):
        depth = sum(start > index for start in starts) + (layer.name != "logit")
        factors += [layer_decay**depth] * len(layer.trainable_variables)
    return factors
