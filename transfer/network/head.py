"""The head: logistic regression on standardised features, its L2 strength chosen on the validation split."""

from collections.abc import Iterator
from dataclasses import dataclass

import keras
import numpy as np
import tensorflow as tf
from tqdm import tqdm

from transfer.network.losses import log_loss, sample_weights

BATCH = 64
CHUNK = 4 * BATCH  # rows in memory at a time


@dataclass(frozen=True)
class TrainedHead:
    """kernel float32 (width,) and bias float32 (), for raw features; `curve` holds, for each epoch of the chosen
    strength from 0, the logits of (train, validation); `tried` the `l2`, best `epoch` and its validation `loss` of each
    strength."""

    kernel: np.ndarray
    bias: np.ndarray
    l2: float
    epoch: int
    loss: float
    curve: list[tuple[np.ndarray, np.ndarray]]
    tried: list[dict[str, float]]


def train_head(
    features: np.ndarray,
    targets: np.ndarray,
    validation_features: np.ndarray,
    validation_targets: np.ndarray,
    *,
    l2: list[float],
    learning_rate: float,
    epochs: int,
    patience: int,
    seed: int,
    class_weights: str = "none",
) -> TrainedHead:
    """Fit one head for each strength in `l2` and keep the strength and epoch with the lowest validation log-loss.

    All strengths are trained at once, as the columns of one Dense layer: Adam works weight by weight, so the columns
    do not touch one another and each is the logistic regression it would be alone. The objective of column j is
    mean cross-entropy + l2[j] / 2 * |kernel_j|^2 on features standardised by their mean and deviation on the train
    split. Adam's rate is learning_rate / sqrt(width), so that a step moves logits about as far whatever the number of
    features, and falls to zero along a cosine. Training stops when no column has improved for `patience` epochs.
    Shapes: features float32 (n, width), targets {0, 1} (n,). class_weights: see `weights_of`; on validation too.
    Of features, CHUNK rows are taken at a time: a `store.Rows` serves as well as an array.
    """
    mean, deviation = moments(features)

    @tf.function(input_signature=[tf.TensorSpec([None, features.shape[1]])])
    def logits_of(rows: tf.Tensor) -> tf.Tensor:
        return heads((rows - tf.constant(mean, tf.float32)) / tf.constant(deviation, tf.float32))

    def look(source: np.ndarray) -> np.ndarray:
        return np.concatenate([logits_of(rows).numpy() for rows in chunks(source)])

    y = tf.constant(np.asarray(targets).reshape(-1, 1), tf.float32)
    validation_y = np.asarray(validation_targets, np.float64).reshape(-1, 1)
    w = tf.constant(sample_weights(targets, class_weights).reshape(-1, 1))
    validation_w = sample_weights(validation_targets, class_weights).reshape(-1, 1)

    heads = keras.layers.Dense(len(l2), kernel_initializer="zeros", name="heads")
    heads.build(features.shape)
    strengths = tf.constant(l2, tf.float32)
    steps = -(-len(features) // BATCH)
    rate = learning_rate / np.sqrt(features.shape[1])
    optimizer = keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(rate, epochs * steps))
    optimizer.build(heads.trainable_variables)

    @tf.function(input_signature=[tf.TensorSpec([None, features.shape[1]]), tf.TensorSpec([None], tf.int64)])
    def step(x: tf.Tensor, rows: tf.Tensor) -> None:
        with tf.GradientTape() as tape:
            logits = logits_of(x)
            chosen = tf.broadcast_to(tf.gather(y, rows), tf.shape(logits))
            cross_entropy = tf.gather(w, rows) * tf.nn.sigmoid_cross_entropy_with_logits(chosen, logits)
            penalty = tf.reduce_sum(strengths / 2 * tf.reduce_sum(heads.kernel**2, axis=0))
            loss = tf.reduce_sum(tf.reduce_mean(cross_entropy, axis=0)) + penalty
        optimizer.apply(tape.gradient(loss, heads.trainable_variables), heads.trainable_variables)

    generator = np.random.default_rng([seed, 1])
    curve, losses, weights = [], [], []
    for epoch in tqdm(range(epochs + 1), "head", unit="epoch", disable=None):
        if epoch:
            order = generator.permutation(len(features))
            for rows in np.split(order, range(CHUNK, len(order), CHUNK)):
                x = features[rows]
                for start in range(0, len(rows), BATCH):
                    step(x[start : start + BATCH], rows[start : start + BATCH])
        curve.append((look(features), look(validation_features)))
        losses.append(log_loss(validation_y, curve[-1][1], validation_w))
        weights.append((heads.kernel.numpy(), heads.bias.numpy()))
        if epoch - int(np.argmin(losses, axis=0).max()) >= patience:
            break
    losses = np.array(losses)  # (epochs, strengths)
    best, column = np.unravel_index(losses.argmin(), losses.shape)
    kernel, bias = weights[best][0][:, column] / deviation, weights[best][1][column]
    return TrainedHead(
        kernel=kernel.astype(np.float32),
        bias=np.float32(bias - kernel @ mean),
        l2=l2[column],
        epoch=int(best),
        loss=float(losses[best, column]),
        curve=[(train_logits[:, column], logits[:, column]) for train_logits, logits in curve],
        tried=[
            {"l2": strength, "epoch": int(losses[:, j].argmin()), "loss": float(losses[:, j].min())}
            for j, strength in enumerate(l2)
        ],
    )


def chunks(features: np.ndarray) -> Iterator[np.ndarray]:
    """All rows, in order, CHUNK at a time."""
    return (features[start : start + CHUNK] for start in range(0, len(features), CHUNK))


def moments(features: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean and standard deviation of each column of features (n, width), float64 (width,), in two passes by CHUNK."""
    n = len(features)
    mean = sum(rows.sum(0, dtype=np.float64) for rows in chunks(features)) / n
    squares = sum(np.square(rows - mean).sum(0) for rows in chunks(features))
    deviation = np.sqrt(squares / n)
    deviation[deviation < 1e-6] = 1.0  # a feature that never varies tells nothing; do not blow it up
    return mean, deviation
