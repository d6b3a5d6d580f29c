"""Logistic regressions of several L2 strengths on several choices of the same pictures, solved together.

Each minimises the mean cross-entropy of its own pictures plus l2 / 2 times the squared kernel, for features that are
standardised on its own pictures. A method of Newton's kind (L-BFGS; D. C. Liu & J. Nocedal, 1989) takes some dozens of
passes over the features, in each of which all regressions take part.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from transfer.network.lbfgs import minimise
from transfer.network.link import Link

CHUNK = 512  # rows of features in memory at a time
FLOOR = 0.2  # of the median deviation: a feature that varies less is divided by this much
MOST_BYTES = 2**28  # that the search for a minimum keeps; where regressions need more, they are solved a few at a time


class Rows:
    """The rows of several arrays of features, one after the other, scaled alike.

    arrays: float32 (n, width) each, arrays or `ArrayRows`: few rows are in memory at a time
    """

    def __init__(self, arrays: Sequence[np.ndarray]):
        self.arrays, self.width = arrays, arrays[0].shape[1]
        self.mean, self.scale = np.zeros(self.width), np.ones(self.width)
        count = sum(len(array) for array in arrays)
        self.mean = sum(rows.sum(0) for _, rows in self.chunks()) / count
        self.scale = floored(np.sqrt(sum(np.square(rows).sum(0) for _, rows in self.chunks()) / count))

    def chunks(self) -> Iterator[tuple[slice, np.ndarray]]:
        """Where rows stand among all of them, and the rows, float64 (CHUNK, width)."""
        at = 0
        for array in self.arrays:
            for start in range(0, len(array), CHUNK):
                rows = (array[start : start + CHUNK].astype(np.float64) - self.mean) / self.scale
                yield slice(at, at + len(rows)), rows
                at += len(rows)


def floored(deviation: np.ndarray) -> np.ndarray:
    """Deviations to divide by: none is far below the median, where it would blow up what hardly ever varies.

    deviation: float (..., width)
    """
    least = FLOOR * np.median(deviation, axis=-1, keepdims=True)
    return np.maximum(deviation, np.where(least > 0, least, 1.0))


@dataclass(frozen=True)
class Regressions:
    """Solved regressions, for features as they are.

    kernel: float64 (regressions, width, units)
    bias: float64 (regressions, units)
    converged: bool (regressions,), False where the passes did not suffice
    """

    kernel: np.ndarray
    bias: np.ndarray
    converged: np.ndarray


@dataclass(frozen=True)
class Problem:
    """What to solve.

    rows: n rows of features
    targets: int (n,)
    link: of the classes
    counts: float (n, regressions), how much each row counts in each regression; 0 if it is left out
    l2: float (regressions,)
    """

    rows: Rows
    targets: np.ndarray
    link: Link
    counts: np.ndarray
    l2: np.ndarray

    def solve(self, passes: int) -> Iterator[Regressions]:
        """Yield the regressions as they stand before the first pass and after each, all in step.

        passes: over the features, at most, not counting those that try a step and take it back
        """
        shares, penalties = self.counts / self.counts.sum(axis=0), self._penalties()
        shape = (len(self.l2), self.rows.width + 1, self.link.units)

        def value(values: np.ndarray, which: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
            return self._value(values, shares[:, which], penalties[which])

        for values, converged in minimise(value, np.zeros(shape), passes):
            kernel = values[:, :-1] / self.rows.scale[:, None]
            bias = values[:, -1] - np.einsum("pwu,w->pu", kernel, self.rows.mean)
            yield Regressions(kernel, bias, converged)

    def _penalties(self) -> np.ndarray:
        """How much each weight of the rows as they are scaled costs, float64 (regressions, width)."""
        shares = self.counts / self.counts.sum(axis=0)
        mean = sum(shares[at].T @ rows for at, rows in self.rows.chunks())
        square = sum(shares[at].T @ np.square(rows) for at, rows in self.rows.chunks())
        deviation = np.sqrt(np.maximum(square - np.square(mean), 0)) * self.rows.scale
        return self.l2[:, None] * np.square(floored(deviation) / self.rows.scale)

    def _value(self, values: np.ndarray, shares: np.ndarray, penalties: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The objective of each regression, (p,), and its gradient, (p, width + 1, units): the last row is the bias."""
        kernel, bias = values[:, :-1], values[:, -1]
        count, width, units = kernel.shape
        columns = kernel.transpose(1, 0, 2).reshape(width, count * units)
        objective = np.sum(penalties[:, :, None] * np.square(kernel), axis=(1, 2)) / 2
        gradient = np.concatenate([penalties[:, :, None] * kernel, np.zeros((count, 1, units))], axis=1)
        for at, rows in self.rows.chunks():
            logits = (rows @ columns).reshape(len(rows), count, units) + bias
            objective += np.sum(shares[at] * self.link.losses(self.targets[at], logits), axis=0)
            slopes = shares[at][:, :, None] * self.link.gradients(self.targets[at], logits)
            gradient[:, :-1] += (rows.T @ slopes.reshape(len(rows), -1)).reshape(width, count, units).transpose(1, 0, 2)
            gradient[:, -1] += slopes.sum(axis=0)
        return objective, gradient

    def logits(self, regressions: Regressions) -> Iterator[tuple[slice, np.ndarray]]:
        """Where rows stand, and their logits, float64 (CHUNK, regressions, units)."""
        count, width, units = regressions.kernel.shape
        bias = regressions.bias + np.einsum("pwu,w->pu", regressions.kernel, self.rows.mean)
        scaled = regressions.kernel * self.rows.scale[:, None]
        columns = scaled.transpose(1, 0, 2).reshape(width, count * units)
        for at, rows in self.rows.chunks():
            yield at, (rows @ columns).reshape(len(rows), count, units) + bias

    def losses(self, regressions: Regressions) -> np.ndarray:
        """The cross-entropy of each row in each regression, nats, float64 (n, regressions)."""
        found = (self.link.losses(self.targets[at], logits) for at, logits in self.logits(regressions))
        return np.concatenate(list(found))
