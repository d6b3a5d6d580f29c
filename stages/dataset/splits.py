"""Which pictures of the train folder are set apart for validation."""

import hashlib

import numpy as np

from stages.errors import InputError


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


def _place(name: str, seed: int) -> float:
    digest = hashlib.sha256(f"{seed}:{name}".encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64
