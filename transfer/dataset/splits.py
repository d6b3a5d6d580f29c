"""Which pictures of the train folder are set apart for validation, and which are left when there are to be fewer."""

import hashlib
from collections.abc import Iterator

import numpy as np

from transfer.errors import InputError


def assign_validation(ids: list[str], labels: list[str], fraction: float, seed: int) -> np.ndarray:
    """Choose validation pictures: bool (n,), about `fraction` of each class, in (0, 1).

    A picture's place depends on its own id and the seed alone: it is hashed to a number in [0, 1) and set apart if that
    is below `fraction`. So pictures that are added later move none of the old ones. The share of a class is therefore
    `fraction` on average, and never less than one picture or all of them: then the nearest picture decides.
    Raises InputError for a class of fewer than two pictures.
    """
    places = np.array([_place(name, seed) for name in ids])
    chosen = places < fraction
    labels = np.array(labels)
    for label in sorted(set(labels)):
        members = np.flatnonzero(labels == label)
        if len(members) < 2:
            raise InputError(
                f"{label} has {len(members)} usable train picture(s); each class needs at least 2, one to train on and "
                "one for validation: add pictures."
            )
        ranked = members[np.argsort(places[members], kind="stable")]
        chosen[ranked[0]] = True
        chosen[ranked[-1]] = False
    return chosen


def nested_subsets(
    targets: np.ndarray, sizes: list[int], draws: int, seed: int
) -> Iterator[tuple[int, int, np.ndarray]]:
    """Smaller train splits, to see what more pictures add: yield (pictures of each class, draw, rows int, rising).

    targets: {0, 1} (n,). Within a draw a larger subset holds all of the smaller one. Sizes that a class does not reach
    are left out; last come all rows, once, as the mean of their pictures per class.
    """
    members = [np.flatnonzero(targets == label) for label in (0, 1)]
    for draw in range(draws):
        orders = [np.random.default_rng([seed, draw, label]).permutation(rows) for label, rows in enumerate(members)]
        for size in sorted(set(sizes)):
            if all(size < len(rows) for rows in members):
                yield size, draw, np.sort(np.concatenate([order[:size] for order in orders]))
    yield len(targets) // 2, 0, np.arange(len(targets))


def _place(name: str, seed: int) -> float:
    digest = hashlib.sha256(f"{seed}:{name}".encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64
