"""The validation split, and train splits of fewer pictures."""

import hashlib
from collections.abc import Iterator

import numpy as np

from transfer.errors import InputError


def assign_validation(ids: list[str], labels: list[str], fraction: float, seed: int) -> np.ndarray:
    """Choose which train pictures validate: bool (n,).

    A picture is chosen by its id and the seed alone: hashed to a number in [0, 1), it validates if that is below
    `fraction`. So pictures that are added later move none of the others, and a class has `fraction` on average. If
    all pictures of a class would be on one side, the one that is nearest to the other side goes there.

    ids, labels: of length n
    fraction: of each class that validates, in (0, 1)
    Raises InputError for a class of fewer than two pictures.
    """
    numbers = np.array([_uniform(id, seed) for id in ids])
    chosen = numbers < fraction
    names, classes = np.unique(labels, return_inverse=True)
    for place, label in enumerate(names):
        members = np.flatnonzero(classes == place)
        if len(members) < 2:
            raise InputError(
                f"{label} has {len(members)} usable train picture(s); each class needs at least 2, one to train on and "
                "one for validation: add pictures."
            )
        ranked = members[np.argsort(numbers[members], kind="stable")]
        chosen[ranked[0]] = True
        chosen[ranked[-1]] = False
    return chosen


def nested_subsets(
    targets: np.ndarray, sizes: list[int], draws: int, seed: int
) -> Iterator[tuple[int, int, np.ndarray]]:
    """Yield smaller train splits, to see what more pictures would add.

    Within a draw, a larger subset contains the smaller ones. All rows come last, once.

    targets: of K classes, 0 to K - 1, int (n,)
    sizes: pictures of each class; sizes that a class does not have are left out
    draws: subsets of each size
    Yields pictures of each class (for all rows, their mean), number of the draw, and rows, int (m,), rising.
    """
    members = [np.flatnonzero(targets == label) for label in range(max(2, targets.max(initial=0) + 1))]
    for draw in range(draws):
        orders = [np.random.default_rng([seed, draw, label]).permutation(rows) for label, rows in enumerate(members)]
        for size in sorted(set(sizes)):
            if all(size < len(rows) for rows in members):
                yield size, draw, np.sort(np.concatenate([order[:size] for order in orders]))
    yield len(targets) // len(members), 0, np.arange(len(targets))


def _uniform(id: str, seed: int) -> float:
    """A number in [0, 1) that depends on the id and the seed only."""
    digest = hashlib.sha256(f"{seed}:{id}".encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64
