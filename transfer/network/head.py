"""The head: logistic regression on standardised features, its L2 strength chosen on the validation split."""

import time
from dataclasses import dataclass

import numpy as np

from transfer.network.losses import log_loss, sample_weights
from transfer.network.parallel_heads import ParallelHeads
from transfer.network.training.progress import OnEpoch, report_epoch

BATCH = 64  # pictures per update


@dataclass(frozen=True)
class TrainedHead:
    """A head for raw features, and how it was chosen.

    kernel: float32 (width,)
    bias: float32 ()
    l2: the chosen strength
    epoch: the chosen epoch; 0 is before any update
    loss: the validation log-loss of `l2` in `epoch`, nats
    curve: the logits of (train, validation) of the chosen strength, float32 (n,) each, for each epoch from 0
    tried: `l2`, best `epoch` and its `loss` of each strength
    """

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
    on_epoch: OnEpoch | None = None,
) -> TrainedHead:
    """Fit one head for each L2 strength, and choose the strength and epoch with the lowest validation log-loss.

    Adam's rate is learning_rate / sqrt(width), so that an update moves logits about as far whatever the number of
    features. It falls to zero along a cosine.

    features: float32 (n, width), an array or an `ArrayRows`: few rows are in memory at a time
    targets: {0, 1} (n,)
    validation_features: float32 (m, width)
    validation_targets: {0, 1} (m,)
    l2: strengths, see `ParallelHeads`
    learning_rate: for features of width 1
    epochs: at most
    patience: epochs without an improvement of any strength, after which training stops
    seed: of the order of the pictures
    class_weights: "none" or "balanced", see `losses.sample_weights`; in the validation log-loss too
    on_epoch: called after every epoch, with figures of the best strength so far
    """
    picture_weights = sample_weights(targets, class_weights)
    updates = epochs * -(-len(features) // BATCH)
    heads = ParallelHeads(features, targets, picture_weights, l2, learning_rate, updates)
    truth = np.asarray(validation_targets, np.float64).reshape(-1, 1)
    validation_weights = sample_weights(validation_targets, class_weights).reshape(-1, 1)
    generator = np.random.default_rng([seed, 1])
    logits, losses, weights = [], [], []  # by epoch
    for epoch in range(epochs + 1):
        start = time.monotonic()
        if epoch:
            heads.learn(features, generator.permutation(len(features)), BATCH)
        learnt = time.monotonic()
        logits.append((heads.logits(features), heads.logits(validation_features)))
        losses.append(log_loss(truth, logits[-1][1], validation_weights))
        weights.append(heads.weights())
        if on_epoch:
            _, leader = _lowest(losses)
            train, validation = (targets, logits[-1][0][:, leader]), (validation_targets, logits[-1][1][:, leader])
            on_epoch(report_epoch(epoch, epochs, train, validation, heads.learning_rate(), start, learnt))
        last_improvement = int(np.argmin(losses, axis=0).max())
        if epoch - last_improvement >= patience:
            break
    return _choose(heads, l2, logits, np.array(losses), weights)


def _choose(
    heads: ParallelHeads,
    l2: list[float],
    logits: list[tuple[np.ndarray, np.ndarray]],
    losses: np.ndarray,
    weights: list[tuple[np.ndarray, np.ndarray]],
) -> TrainedHead:
    """The head with the lowest loss.

    logits: of (train, validation), float32 (n, strengths), by epoch
    losses: of validation, nats (epochs, strengths)
    weights: as from `heads.weights`, by epoch
    """
    best, column = _lowest(losses)
    kernel, bias = weights[best]
    kernel, bias = heads.for_raw_features(kernel[:, column], bias[column])
    return TrainedHead(
        kernel=kernel,
        bias=bias,
        l2=l2[column],
        epoch=best,
        loss=float(losses[best, column]),
        curve=[(train[:, column], validation[:, column]) for train, validation in logits],
        tried=[
            {"l2": strength, "epoch": int(losses[:, j].argmin()), "loss": float(losses[:, j].min())}
            for j, strength in enumerate(l2)
        ],
    )


def _lowest(losses: list[np.ndarray] | np.ndarray) -> tuple[int, int]:
    """Epoch and column of the lowest of losses (epochs, strengths); of equal ones, the earliest."""
    epoch, column = np.unravel_index(np.argmin(losses), np.shape(losses))
    return int(epoch), int(column)
