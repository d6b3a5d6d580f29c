"""Cross-validation of heads: folds, and what regressions say of the pictures that they did not see."""

from collections import deque
from collections.abc import Iterator, Sequence

import numpy as np

from transfer.network.lbfgs import MEMORY
from transfer.network.link import Link
from transfer.network.logistic import MOST_BYTES, Problem, Regressions, Rows


def held_out_losses(
    rows: Rows,
    targets: np.ndarray,
    link: Link,
    weights: np.ndarray,
    fold_of: np.ndarray,
    l2: list[float],
    epochs: int,
) -> np.ndarray:
    """For each strength, the mean cross-entropy of pictures by regressions that did not see them, nats, (strengths,).

    targets: int (n,)
    weights: float (n,), how much each picture counts
    fold_of: int (n,); what is in fold f is left out of the f-th regression of each strength; -1 is never left out
    l2: strengths
    epochs: passes over the features, at most
    """
    losses = np.zeros(len(l2))
    for problem, solved, fold, strength in _solve_folds(rows, targets, link, weights, fold_of, l2, epochs):
        missed = problem.losses(solved) * weights[:, None] * (fold_of[:, None] == fold)
        np.add.at(losses, strength, missed.sum(axis=0))
    return losses / weights[fold_of >= 0].sum()


def out_of_fold_logits(
    features: Sequence[np.ndarray],
    targets: np.ndarray,
    link: Link,
    fold_of: np.ndarray,
    *,
    l2: list[float],
    epochs: int,
) -> tuple[float, np.ndarray]:
    """The L2 strength that predicts pictures best that were left out, and their logits by it, float64 (n, units).

    features: see `logistic.Rows`
    targets: int (n,)
    fold_of: int (n,), see `held_out_losses`
    l2: strengths, in rising order
    epochs: passes over the features, at most
    """
    rows, weights = Rows(features), np.ones(len(targets))
    best = l2[int(np.argmin(held_out_losses(rows, targets, link, weights, fold_of, l2, epochs)))]
    logits = np.zeros((len(targets), link.units))
    for problem, solved, fold, _ in _solve_folds(rows, targets, link, weights, fold_of, [best], epochs):
        for at, found in problem.logits(solved):
            left_out = fold_of[at, None] == fold
            logits[at] += np.sum(found * left_out[:, :, None], axis=1)
    return best, logits


def _solve_folds(
    rows: Rows,
    targets: np.ndarray,
    link: Link,
    weights: np.ndarray,
    fold_of: np.ndarray,
    l2: list[float],
    epochs: int,
) -> Iterator[tuple[Problem, Regressions, np.ndarray, np.ndarray]]:
    """Solve a regression for each fold left out and each strength, as many at a time as memory allows.

    Yields each batch of regressions as problem and solution, with the fold that each left out and the index of its
    strength, both int (regressions,). For the arguments see `held_out_losses`.
    """
    folds = np.arange(fold_of.max() + 1)
    kept = fold_of[:, None] != folds
    which = [(fold, strength) for fold in folds for strength in range(len(l2))]
    together = max(1, MOST_BYTES // (8 * (rows.width + 1) * link.units * (2 * MEMORY + 8)))
    for start in range(0, len(which), together):
        fold, strength = np.transpose(which[start : start + together])
        problem = Problem(rows, targets, link, weights[:, None] * kept[:, fold], np.array(l2)[strength])
        (solved,) = deque(problem.solve(epochs), maxlen=1)  # the last, without keeping those before it
        yield problem, solved, fold, strength


def assign_folds(targets: np.ndarray, folds: int, seed: int, groups: Sequence[str] | None = None) -> np.ndarray:
    """The fold of each picture, int (n,) in [0, folds): every class is shared out as evenly as can be.

    targets: int (n,)
    groups: see `train_head`; if there are fewer of them than folds, each is a fold
    """
    if groups is not None and any(groups):
        return _grouped_folds(targets, folds, seed, groups)
    generator = np.random.default_rng([seed, 1])
    order = generator.permutation(len(targets))
    fold_of = np.empty(len(targets), int)
    fold_of[order[np.argsort(targets[order], kind="stable")]] = np.arange(len(targets)) % folds
    return fold_of


def _grouped_folds(targets: np.ndarray, folds: int, seed: int, groups: Sequence[str]) -> np.ndarray:
    from sklearn.model_selection import StratifiedGroupKFold  # takes a second to import, and few data sets have groups

    _, units = np.unique(
        [f"group {name}" if name else str(row) for row, name in enumerate(groups)], return_inverse=True
    )
    if units.max() < folds:
        return units
    fold_of = np.empty(len(targets), int)
    divided = StratifiedGroupKFold(folds, shuffle=True, random_state=seed).split(units, targets, units)
    for fold, (_, rows) in enumerate(divided):
        fold_of[rows] = fold
    return fold_of
