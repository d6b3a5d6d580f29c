"""The head: logistic regression on standardised features, its L2 strength chosen on pictures that it did not see."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from transfer.network.cross_validation import assign_folds, held_out_losses
from transfer.network.link import Link
from transfer.network.logistic import Problem, Regressions, Rows
from transfer.network.losses import sample_weights
from transfer.network.training.results import EpochFigures


@dataclass(frozen=True)
class TrainedHead:
    """A head for raw features, and how it was chosen.

    kernel: float32 (width, units)
    bias: float32 (units,)
    l2: the chosen strength
    loss: what chose it, nats: the log-loss of pictures that had no part in training, see `train_head`
    tried: `l2` and `loss` of each strength
    history: the chosen strength's figures before training and after each pass over the train pictures
    converged: whether the last pass left nothing to gain
    """

    kernel: np.ndarray
    bias: np.ndarray
    l2: float
    loss: float
    tried: list[dict[str, float]]
    history: list[EpochFigures]
    converged: bool


def train_head(
    features: np.ndarray,
    targets: np.ndarray,
    validation_features: np.ndarray,
    validation_targets: np.ndarray,
    link: Link,
    *,
    l2: list[float],
    epochs: int,
    folds: int,
    seed: int,
    groups: Sequence[str] | None = None,
    class_weights: str = "none",
) -> TrainedHead:
    """Choose an L2 strength, and fit the head on the train pictures with it.

    With `folds` the strength is chosen by cross-validation on train and validation pictures together: each is predicted
    by regressions that did not see it. Without, regressions are fitted on the train pictures, and those of validation
    choose. The head itself is fitted on the train pictures alone in any case.

    features: float32 (n, width), an array or an `ArrayRows`: few rows are in memory at a time
    targets: int (n,), indices of classes
    validation_features, validation_targets: likewise (m, width), (m,)
    link: of the classes
    l2: strengths, in rising order
    epochs: passes over the features, at most
    folds: 0, or at least 2
    seed: of the folds
    groups: of the train pictures, then of the validation pictures (n + m,); pictures of one group are in one fold;
        "": a picture stands alone; None: they all do
    class_weights: "none" or "balanced", see `losses.sample_weights`; in what chooses, too
    """
    rows, everything = Rows([features, validation_features]), np.concatenate([targets, validation_targets])
    weights = np.concatenate([sample_weights(part, class_weights) for part in (targets, validation_targets)])
    in_train = np.arange(len(everything)) < len(targets)
    fold_of = assign_folds(everything, folds, seed, groups) if folds else np.where(in_train, -1, 0)
    losses = held_out_losses(rows, everything, link, weights, fold_of, l2, epochs)
    best = int(np.argmin(losses))

    last = Problem(rows, everything, link, (weights * in_train)[:, None], np.array([l2[best]]))
    fitted, history = _fit(last, len(targets), epochs)
    return TrainedHead(
        kernel=fitted.kernel[0].astype(np.float32),
        bias=fitted.bias[0].astype(np.float32),
        l2=l2[best],
        loss=float(losses[best]),
        tried=[{"l2": strength, "loss": float(loss)} for strength, loss in zip(l2, losses, strict=True)],
        history=history,
        converged=bool(fitted.converged[0]),
    )


def _fit(problem: Problem, train: int, epochs: int) -> tuple[Regressions, list[EpochFigures]]:
    """Solve one regression; returns it, and the figures before the first pass and after each.

    train: how many of the problem's rows, the first, are train pictures
    """
    history, targets = [], problem.targets
    for fitted in problem.solve(epochs):
        losses, right = np.empty(len(targets)), np.empty(len(targets))
        for at, logits in problem.logits(fitted):
            losses[at] = problem.link.losses(targets[at], logits)[:, 0]
            right[at] = problem.link.predicted(logits)[:, 0] == targets[at]
        means = (float(found[part].mean()) for part in (slice(train), slice(train, None)) for found in (losses, right))
        history.append(EpochFigures(*means))
    return fitted, history
