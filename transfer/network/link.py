"""The one place in the network where two classes and many part: how many logits there are, and what they mean.

Arrays of logits are (n, ..., units): whatever lies between, such as several networks, is kept. Targets are int (n,),
indices of classes.
"""

from dataclasses import dataclass

import numpy as np
import tensorflow as tf
from scipy.special import expit, log_softmax, softmax

from transfer.classes import Classes


@dataclass(frozen=True)
class Sigmoid:
    """The binary form: one logit, the log-odds of the second class."""

    units = 1
    activation = "sigmoid"

    def losses(self, targets: np.ndarray, logits: np.ndarray) -> np.ndarray:
        """Cross-entropies, nats, float64 (n, ...)."""
        log_odds = np.asarray(logits, np.float64)[..., 0]
        return np.logaddexp(0, log_odds) - _aligned(targets, log_odds) * log_odds

    def gradients(self, targets: np.ndarray, logits: np.ndarray) -> np.ndarray:
        """Derivatives of `losses` with respect to the logits, float64 (n, ..., units)."""
        return expit(np.asarray(logits, np.float64)) - _aligned(targets, logits)

    def predicted(self, logits: np.ndarray) -> np.ndarray:
        """The likelier class, int (n, ...)."""
        return (np.asarray(logits)[..., 0] >= 0).astype(int)

    def activate(self, logits: np.ndarray) -> np.ndarray:
        """What a classifier with these logits, float (n, units), gives: float (n, units)."""
        return expit(logits)

    def probabilities(self, outputs: np.ndarray) -> np.ndarray:
        """The probability of each class, float (n, classes), from what a classifier gives, float (n, units)."""
        return np.concatenate([1 - outputs, outputs], axis=-1)

    def tensor_losses(self, targets: tf.Tensor, logits: tf.Tensor) -> tf.Tensor:
        """`losses` for back-propagation: float32 (b,), of targets int (b,) and logits float32 (b, units)."""
        return tf.nn.sigmoid_cross_entropy_with_logits(tf.cast(targets, tf.float32), logits[:, 0])

    def evidence(self, targets: tf.Tensor, logits: tf.Tensor) -> tf.Tensor:
        """What speaks for the class `targets`, int (b,), and against the others: float32 (b,)."""
        return tf.where(targets == 1, logits[:, 0], -logits[:, 0])


@dataclass(frozen=True)
class Softmax:
    """The multiclass form: a logit for each class. For the methods see `Sigmoid`.

    units: classes
    """

    units: int
    activation = "softmax"

    def losses(self, targets: np.ndarray, logits: np.ndarray) -> np.ndarray:
        logits = np.asarray(logits, np.float64)
        return -np.take_along_axis(log_softmax(logits, axis=-1), _aligned(targets, logits), axis=-1)[..., 0]

    def gradients(self, targets: np.ndarray, logits: np.ndarray) -> np.ndarray:
        gradients = softmax(np.asarray(logits, np.float64), axis=-1)
        index = _aligned(targets, gradients)
        np.put_along_axis(gradients, index, np.take_along_axis(gradients, index, axis=-1) - 1, axis=-1)
        return gradients

    def predicted(self, logits: np.ndarray) -> np.ndarray:
        return np.argmax(logits, axis=-1)

    def activate(self, logits: np.ndarray) -> np.ndarray:
        return softmax(logits, axis=-1)

    def probabilities(self, outputs: np.ndarray) -> np.ndarray:
        return outputs

    def tensor_losses(self, targets: tf.Tensor, logits: tf.Tensor) -> tf.Tensor:
        return tf.nn.sparse_softmax_cross_entropy_with_logits(targets, logits)

    def evidence(self, targets: tf.Tensor, logits: tf.Tensor) -> tf.Tensor:
        # Without the mean of all logits, to which the softmax is blind.
        return tf.gather(logits, targets, batch_dims=1) - tf.reduce_mean(logits, axis=1)


Link = Sigmoid | Softmax


def link_of(classes: Classes) -> Link:
    """The link for a data set."""
    return Sigmoid() if classes.binary else Softmax(len(classes))


def link_for(units: int) -> Link:
    """The link of a network that has so many logits."""
    return Sigmoid() if units == 1 else Softmax(units)


def _aligned(targets: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Targets (n,) with axes of length 1, so that they broadcast against values (n, ...)."""
    return np.reshape(targets, (-1, *(1,) * (np.ndim(values) - 1)))
