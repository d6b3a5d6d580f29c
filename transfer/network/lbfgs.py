"""L-BFGS (D. C. Liu & J. Nocedal, 1989) for several smooth convex functions at once."""

from collections.abc import Callable, Iterator

import numpy as np

MEMORY = 8  # steps that are remembered
SMALL = 1e-5  # length of a gradient at which a function counts as minimised
MOST_HALVINGS = 30  # of a step that does not lead downhill far enough

# From arguments (p, ...) and which functions they are of, int (p,), to values (p,) and gradients (p, ...).
Function = Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]


def minimise(function: Function, start: np.ndarray, steps: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield the arguments, float64 (functions, ...), at the start and after each step, and which are minimised.

    The functions do not influence one another; those that are minimised stay as they are.

    function: computes several functions
    start: float64 (functions, ...)
    steps: at most
    """
    arguments, everyone = start.copy(), np.arange(len(start))
    values, gradients = function(arguments, everyone)
    past = _Past()
    for step in range(steps + 1):
        done = _length(gradients) <= SMALL
        yield arguments.copy(), done
        if done.all() or step == steps:
            return
        directions = np.where(_beside(done, gradients), 0.0, -past.apply(gradients))
        new, new_values, new_gradients = _search(function, arguments, values, gradients, directions, done)
        past.remember(new - arguments, new_gradients - gradients)
        arguments, values, gradients = new, new_values, new_gradients


def _search(
    function: Function,
    arguments: np.ndarray,
    values: np.ndarray,
    gradients: np.ndarray,
    directions: np.ndarray,
    done: np.ndarray,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Go along the directions, halving each step until its function falls by a ten-thousandth of what the slope says.

    Returns the new arguments, values and gradients. A function of which no step is good enough stays where it was.
    """
    slopes, sizes = _dot(gradients, directions), np.ones(len(arguments))
    new, new_values, new_gradients = arguments.copy(), values.copy(), gradients.copy()
    left = np.flatnonzero(~done)
    for _ in range(MOST_HALVINGS):
        tried = arguments[left] + _beside(sizes[left], arguments) * directions[left]
        tried_values, tried_gradients = function(tried, left)
        good = tried_values <= values[left] + 1e-4 * sizes[left] * slopes[left]
        kept = left[good]
        new[kept], new_values[kept], new_gradients[kept] = tried[good], tried_values[good], tried_gradients[good]
        left = left[~good]
        if not len(left):
            break
        sizes[left] /= 2
    return new, new_values, new_gradients


class _Past:
    """The latest steps and changes of gradients, which stand for the inverse of the second derivatives."""

    def __init__(self):
        self.steps: list[np.ndarray] = []
        self.changes: list[np.ndarray] = []
        self.inverses: list[np.ndarray] = []  # of the products of the two, float (functions,); 0: says nothing

    def remember(self, steps: np.ndarray, changes: np.ndarray) -> None:
        products = _dot(steps, changes)
        says = products > 1e-14
        self.steps.append(steps)
        self.changes.append(changes)
        self.inverses.append(np.where(says, 1 / np.where(says, products, 1), 0.0))
        for remembered in (self.steps, self.changes, self.inverses):
            del remembered[:-MEMORY]

    def apply(self, gradients: np.ndarray) -> np.ndarray:
        """The inverse second derivatives times the gradients: the two loops of the paper's algorithm."""
        result, factors = gradients.copy(), []
        for step, change, inverse in reversed(list(zip(self.steps, self.changes, self.inverses, strict=True))):
            factors.append(inverse * _dot(step, result))
            result -= _beside(factors[-1], change) * change
        result *= _beside(self._scale(gradients), result)
        for step, change, inverse, factor in zip(
            self.steps, self.changes, self.inverses, reversed(factors), strict=True
        ):
            result += _beside(factor - inverse * _dot(change, result), step) * step
        return result

    def _scale(self, gradients: np.ndarray) -> np.ndarray:
        """A first guess at the inverse second derivative, one number a function."""
        cautious = 1 / np.maximum(_length(gradients), 1.0)
        if not self.inverses:
            return cautious
        curvature = self.inverses[-1] * _dot(self.changes[-1], self.changes[-1])
        return np.where(curvature > 0, 1 / np.where(curvature > 0, curvature, 1), cautious)


def _dot(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return np.sum(a * b, axis=tuple(range(1, a.ndim)))


def _length(a: np.ndarray) -> np.ndarray:
    return np.sqrt(_dot(a, a))


def _beside(numbers: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Numbers (functions,) with axes of length 1, so that they broadcast against values (functions, ...)."""
    return numbers.reshape(-1, *(1,) * (values.ndim - 1))
