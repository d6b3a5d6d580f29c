"""The same picture twice: exactly, or nearly. Which ones go."""

from collections.abc import Collection

import numpy as np

from transfer.dataset.near_pairs import Read, near_pairs


def find_near(ids: list[str], read: Read) -> np.ndarray:
    """The pairs of pictures that are nearly the same: int (m, 2). Of those with equal ids, only the first is looked at.

    read: small pictures, uint8 (k, 64 x 64), by their indices, int (k,)
    """
    _, first = np.unique(ids, return_index=True)
    first.sort()
    return first[near_pairs(len(first), lambda rows: read(first[rows]))]


def choose_dropped(
    ids: list[str], labels: list[str], side: list[int], near: np.ndarray, kept: Collection[int] = ()
) -> dict[int, tuple[str, int]]:
    """Choose the pictures to drop, so that none is left twice and none is in both train and test.

    Pictures that are the same, exactly (equal ids) or nearly, directly or through others, form a group. All of a group
    under two labels is dropped (`label_conflict`). Of a group that reaches into test, all train pictures are (`leak`),
    since a model must not be tested on what it was trained on. Of the rest of a group, which lies in one split, the
    first stays, and the others are dropped as `duplicate` or `near_duplicate`.

    ids, labels: of length n
    side: of length n, 0 for train; a higher one is further from training: validation 1, test 2
    near: int (m, 2), pairs of indices, see `find_near`
    kept: indices of pictures that stay in any case; of several with equal ids one does, that furthest from training
    Returns, by the index of each picture to drop, the reason and the index of one that it is the same as.
    """
    groups: dict[int, list[int]] = {}
    for index, group in enumerate(_groups(ids, near)):
        groups.setdefault(group, []).append(index)

    dropped: dict[int, tuple[str, int]] = {}
    for group in groups.values():
        last = max(side[index] for index in group)
        stays = next(index for index in group if side[index] == last)
        conflict = len({labels[index] for index in group}) > 1
        kept_of = {ids[index]: index for index in sorted(group, key=side.__getitem__) if index in kept}
        stays = kept_of.get(ids[stays], stays)
        for index in group:
            if ids[index] in kept_of:
                if index != kept_of[ids[index]]:
                    dropped[index] = ("duplicate", kept_of[ids[index]])
            elif conflict:
                other = next(other for other in group if labels[other] != labels[index])
                dropped[index] = ("label_conflict", other)
            elif side[index] < last:
                dropped[index] = ("leak", stays)
            elif index != stays:
                dropped[index] = ("duplicate" if ids[index] == ids[stays] else "near_duplicate", stays)
    return dropped


def _groups(ids: list[str], near: np.ndarray) -> list[int]:
    """The first picture of each picture's group."""
    first = list(range(len(ids)))

    def find(index: int) -> int:
        while first[index] != index:
            first[index] = index = first[first[index]]
        return index

    of_id: dict[str, int] = {}
    same = [(of_id.setdefault(id_, index), index) for index, id_ in enumerate(ids)]
    for one, other in [*same, *near.tolist()]:
        one, other = sorted((find(one), find(other)))
        first[other] = one
    return [find(index) for index in range(len(ids))]
