"""The test and validation splits that are drawn here, and train splits of fewer pictures."""

import hashlib
from collections.abc import Iterator

import numpy as np

from transfer.errors import InputError


def assign_validation(
    ids: list[str], labels: list[str], fraction: float, seed: int, groups: list[str] | None = None
) -> np.ndarray:
    """Choose which train pictures validate: bool (n,).

    A picture is chosen by its id and the seed alone, or its group by the group's name: hashed to a number in [0, 1), it
    validates if that is below `fraction`. So pictures that are added later move none of the others, and a class has
    `fraction` on average. If all pictures of a class would be on one side, the one that is nearest to the other side
    goes there, with its group.

    ids, labels: of length n
    fraction: of each class that validates, in (0, 1)
    groups: of length n; pictures of one group stay together, "": the picture stands alone; None: they all do
    Raises InputError for a class of fewer than two pictures, or groups.
    """
    units = _units(ids, groups)
    needs = "each class needs at least 2, one to train on and one for validation: add pictures"
    return _divide([hash_for_validation(unit, seed) for unit in units], units, labels, fraction, (1, 1), "train", needs)


def assign_test(places: list[str], labels: list[str], fraction: float, groups: list[str] | None = None) -> np.ndarray:
    """Choose which pictures of an undivided data set test: bool (n,).

    As `assign_validation`, but by the place (path in the source) alone, so that no seed changes the test set; and two
    pictures of each class test at least, and two, or two groups, train.
    """
    units = _units(places, groups)
    least = 3 if groups else 4
    needs = f"each class needs at least {least} to be divided into train and test: add some, or name a test set"
    return _divide([hash_for_test(unit) for unit in units], units, labels, fraction, (2, 2), "undivided", needs)


def hash_for_validation(unit: str, seed: int) -> float:
    """A number in [0, 1) for the id of a picture, or for the name of its group: it validates below the fraction."""
    return _uniform(f"{seed}:{unit}", 8)


def hash_for_test(unit: str) -> float:
    """A number in [0, 1) for the place of a picture, or for the name of its group: it tests below the fraction."""
    return _uniform(unit, 6)


def _units(ids: list[str], groups: list[str] | None) -> list[str]:
    """What goes to one side as a whole: the group, or a picture that stands alone."""
    return [group or id for id, group in zip(ids, groups, strict=True)] if groups else ids


def _divide(
    numbers: list[float],
    units: list[str],
    labels: list[str],
    fraction: float,
    least: tuple[int, int],
    what: str,
    needs: str,
) -> np.ndarray:
    """The pictures whose numbers are below `fraction`, but some of each class on either side: bool (n,).

    numbers, units, labels: of length n, one number a unit
    least: of each class, how many pictures are chosen at least, with their units, and how many units are not
    what, needs: words for the message of the InputError that is raised for a class of too few units
    """
    numbers, units, labels = np.array(numbers), np.unique(units, return_inverse=True)[1], np.array(labels)
    chosen = numbers < fraction
    for label in sorted(set(labels)):
        members = np.flatnonzero(labels == label)
        ranked = list(dict.fromkeys(units[members[np.argsort(numbers[members], kind="stable")]]))
        held = np.cumsum([np.count_nonzero(units[members] == unit) for unit in ranked[: least[0]]])
        low = 1 + int(np.count_nonzero(held < least[0]))
        if len(ranked) < low + least[1]:
            found = f"{len(members)} usable {what} picture(s)"
            found += "" if len(ranked) == len(members) else f" in {len(ranked)} group(s)"
            raise InputError(f"{label} has {found}; {needs}.")
        chosen[np.isin(units, ranked[:low])] = True
        chosen[np.isin(units, ranked[-least[1] :])] = False
    for label in sorted(set(labels)):  # a group with pictures of two classes may have been moved for one of them
        if len(set(chosen[labels == label])) < 2:
            raise InputError(f"all groups with {label} would go to one side; see split.group, or add pictures.")
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


def stratified_part(targets: np.ndarray, share: float, draw: int, seed: int) -> np.ndarray:
    """Rows of the same share of each class, one of each at least: int (m,), rising.

    Within a draw, a larger share contains the smaller ones.

    targets: int (n,)
    share: in [0, 1]
    """
    chosen = []
    for label in np.unique(targets):
        rows = np.random.default_rng([seed, draw, label]).permutation(np.flatnonzero(targets == label))
        chosen.append(rows[: max(1, round(share * len(rows)))])
    return np.sort(np.concatenate(chosen))


def _uniform(text: str, count: int) -> float:
    """A number in [0, 1) that depends on the text only. count: bytes of its hash that are used"""
    return int.from_bytes(hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:count], "big") / 256**count
