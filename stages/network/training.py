"""Fine-tuning: the training loop, written out, since every value that it reports comes from stored predictions."""

from collections.abc import Callable
from dataclasses import dataclass

import keras
import numpy as np
import tensorflow as tf
from tqdm import tqdm

from stages.network.augment import crop, draw_boxes
from stages.network.classifier import logits_of
from stages.network.head import log_loss
from stages.network.inference import compiled, outputs
from stages.network.pipeline import batches


@dataclass(frozen=True)
class Pictures:
    """A split of a store: `rows` int (n,) of the store, `targets` {0, 1} (n,), `keys` uint64 (n,), one a picture."""

    read: Callable[[int], bytes]
    rows: np.ndarray
    targets: np.ndarray
    keys: np.ndarray


@dataclass(frozen=True)
class Recipe:
    """How to fine-tune.

    learning_rate: the peak, reached after `warmup_epochs` (may be a fraction), then falling to zero along a cosine
    weight_decay: AdamW's, decoupled (Loshchilov & Hutter, 2019); biases are left out of it
    min_area: smallest share of a picture that augmentation keeps, see `augment.draw_boxes`
    """

    epochs: int
    learning_rate: float
    warmup_epochs: float
    weight_decay: float
    batch_size: int
    min_area: float
    seed: int


@dataclass(frozen=True)
class Epoch:
    """What one epoch gave: targets (n,) and logits (n,) as the training steps saw them, and validation's logits."""

    targets: np.ndarray
    logits: np.ndarray
    validation_logits: np.ndarray


def fit(classifier: keras.Model, train: Pictures, validation: Pictures, recipe: Recipe) -> tuple[list[Epoch], int]:
    """Train the trainable weights of `classifier` in place; leave it with those of its best epoch.

    The moving statistics of a batch normalization that is trainable are trained too, those of a frozen one stay.

    Epoch 0 is before any update: the model as it came, on the pictures that epoch 1 trains on. The best epoch has the
    lowest validation log-loss, epoch 0 included, so that a model is never left worse than it came.
    Returns the epochs, 0 to `recipe.epochs`, and the number of the best.
    """
    network = logits_of(classifier)
    variables = network.trainable_variables
    steps = -(-len(train.rows) // recipe.batch_size)
    optimizer = _optimizer(recipe, steps)
    optimizer.build(variables)
    size = classifier.input.shape[1]
    signature = [
        tf.TensorSpec([None, size, size, 3], tf.uint8),
        tf.TensorSpec([None], tf.float32),
        tf.TensorSpec([None, 4], tf.float32),
    ]

    @tf.function(input_signature=signature)
    def look(pictures: tf.Tensor, targets: tf.Tensor, boxes: tf.Tensor) -> tf.Tensor:
        return network(crop(pictures, boxes), training=False)[:, 0]

    @tf.function(input_signature=signature)
    def step(pictures: tf.Tensor, targets: tf.Tensor, boxes: tf.Tensor) -> tf.Tensor:
        with tf.GradientTape() as tape:
            logits = network(crop(pictures, boxes), training=True)[:, 0]
            loss = tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(targets, logits))
        optimizer.apply(tape.gradient(loss, variables), variables)
        return logits

    def pass_over(call: Callable, order: np.ndarray, epoch: int, what: str) -> tuple[np.ndarray, np.ndarray]:
        targets = train.targets[order].astype(np.float32)
        boxes = draw_boxes(recipe.seed, epoch, train.keys[order], recipe.min_area)
        data = batches(train.read, train.rows[order], recipe.batch_size, targets, boxes)
        progress = tqdm(data, what, steps, disable=None, unit="batch", leave=False)
        return targets, np.concatenate([call(*batch).numpy() for batch in progress])

    infer = compiled(network)
    # All weights: what is trained, and the moving statistics of a batch normalization that is.
    history, losses, best, kept = [], [], 0, network.get_weights()
    for epoch in range(recipe.epochs + 1):
        order = np.random.default_rng([recipe.seed, max(epoch, 1)]).permutation(len(train.rows))
        call, what = (step, f"epoch {epoch}/{recipe.epochs}") if epoch else (look, "before training")
        targets, logits = pass_over(call, order, max(epoch, 1), what)
        predicted = outputs(infer, validation.read, validation.rows, recipe.batch_size)
        validation_logits = np.concatenate(list(predicted))[:, 0]
        history.append(Epoch(targets, logits, validation_logits))
        losses.append(log_loss(validation.targets, validation_logits))
        if losses[-1] < losses[best]:
            best, kept = epoch, network.get_weights()
    network.set_weights(kept)
    return history, best


def _optimizer(recipe: Recipe, steps: int) -> keras.optimizers.Optimizer:
    warmup = round(recipe.warmup_epochs * steps)
    schedule = keras.optimizers.schedules.CosineDecay(
        0.0 if warmup else recipe.learning_rate,
        max(recipe.epochs * steps - warmup, 1),
        warmup_target=recipe.learning_rate if warmup else None,
        warmup_steps=warmup,
    )
    optimizer = keras.optimizers.AdamW(schedule, weight_decay=recipe.weight_decay)
    optimizer.exclude_from_weight_decay(var_names=["bias"])
    return optimizer
