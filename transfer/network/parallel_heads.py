"""Logistic regressions of different L2 strengths on the same features, trained at once."""

from collections.abc import Iterator

import keras
import numpy as np
import tensorflow as tf

CHUNK = 256  # rows of features in memory at a time


class ParallelHeads:
    """Heads of different L2 strengths, trained at once as the columns of one Dense layer.

    Adam works weight by weight, so that columns do not influence one another: each is the logistic regression that it
    would be alone. The objective of column j is mean cross-entropy + l2[j] / 2 * |kernel_j|^2, on features that are
    standardised by their mean and deviation on the train split.

    features: float32 (n, width), of the train split
    targets: {0, 1} (n,)
    picture_weights: float32 (n,), how much each picture counts, 1 on average
    l2: strengths, one a column
    learning_rate: at the start, times sqrt(width)
    updates: until the rate is zero
    """

    def __init__(
        self,
        features: np.ndarray,
        targets: np.ndarray,
        picture_weights: np.ndarray,
        l2: list[float],
        learning_rate: float,
        updates: int,
    ):
        width = features.shape[1]
        self.mean, self.deviation = moments(features)
        self.dense = keras.layers.Dense(len(l2), kernel_initializer="zeros", name="heads")
        self.dense.build(features.shape)
        schedule = keras.optimizers.schedules.CosineDecay(learning_rate / np.sqrt(width), updates)
        self.optimizer = keras.optimizers.Adam(schedule)
        self.optimizer.build(self.dense.trainable_variables)
        self._logits = self._compile_logits(width)
        self._update = self._compile_update(width, targets, picture_weights, l2)

    def _compile_logits(self, width: int) -> tf.types.experimental.PolymorphicFunction:
        @tf.function(input_signature=[tf.TensorSpec([None, width])])
        def logits(rows: tf.Tensor) -> tf.Tensor:
            mean, deviation = tf.constant(self.mean, tf.float32), tf.constant(self.deviation, tf.float32)
            return self.dense((rows - mean) / deviation)

        return logits

    def _compile_update(
        self, width: int, targets: np.ndarray, picture_weights: np.ndarray, l2: list[float]
    ) -> tf.types.experimental.PolymorphicFunction:
        truth = tf.constant(np.asarray(targets).reshape(-1, 1), tf.float32)
        weights = tf.constant(picture_weights.reshape(-1, 1))
        strengths = tf.constant(l2, tf.float32)
        variables = self.dense.trainable_variables

        @tf.function(input_signature=[tf.TensorSpec([None, width]), tf.TensorSpec([None], tf.int64)])
        def update(rows: tf.Tensor, positions: tf.Tensor) -> None:
            with tf.GradientTape() as tape:
                logits = self._logits(rows)
                in_each_column = tf.broadcast_to(tf.gather(truth, positions), tf.shape(logits))
                cross_entropy = tf.nn.sigmoid_cross_entropy_with_logits(in_each_column, logits)
                weighted = tf.gather(weights, positions) * cross_entropy
                penalty = tf.reduce_sum(strengths / 2 * tf.reduce_sum(self.dense.kernel**2, axis=0))
                loss = tf.reduce_sum(tf.reduce_mean(weighted, axis=0)) + penalty
            self.optimizer.apply(tape.gradient(loss, variables), variables)

        return update

    def learn(self, features: np.ndarray, order: np.ndarray, batch_size: int) -> None:
        """Go through the train split once.

        features: float32 (n, width), of the train split
        order: int (n,), the positions of its pictures
        batch_size: pictures per update; CHUNK is a multiple of it
        """
        for positions in np.split(order, range(CHUNK, len(order), CHUNK)):
            rows = features[positions]
            for start in range(0, len(positions), batch_size):
                batch = slice(start, start + batch_size)
                self._update(rows[batch], positions[batch])

    def logits(self, features: np.ndarray) -> np.ndarray:
        """Log-odds of the positive class, float32 (n, strengths), of features (n, width)."""
        return np.concatenate([self._logits(rows).numpy() for rows in chunks(features)])

    def weights(self) -> tuple[np.ndarray, np.ndarray]:
        """Kernel (width, strengths) and bias (strengths,), for standardised features."""
        return self.dense.kernel.numpy(), self.dense.bias.numpy()

    def for_raw_features(self, kernel: np.ndarray, bias: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Turn one column's kernel (width,) and bias () into float32 ones for features that are not standardised."""
        kernel = kernel / self.deviation
        return kernel.astype(np.float32), np.float32(bias - kernel @ self.mean)

    def learning_rate(self) -> float:
        """The rate of the next update."""
        return float(keras.ops.convert_to_numpy(self.optimizer.learning_rate))


def chunks(features: np.ndarray) -> Iterator[np.ndarray]:
    """All rows of features (n, width), in order, CHUNK at a time."""
    return (features[start : start + CHUNK] for start in range(0, len(features), CHUNK))


def moments(features: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean and standard deviation of each feature, float64 (width,), in two passes that take CHUNK rows at a time.

    features: float32 (n, width)
    """
    n = len(features)
    mean = sum(rows.sum(0, dtype=np.float64) for rows in chunks(features)) / n
    squares = sum(np.square(rows - mean).sum(0) for rows in chunks(features))
    deviation = np.sqrt(squares / n)
    deviation[deviation < 1e-6] = 1.0  # a feature that never varies says nothing: do not divide by its rounding errors
    return mean, deviation
