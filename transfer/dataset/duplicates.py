"""The same picture twice: exactly, or nearly (another size, another compression, a slight edit)."""

from itertools import pairwise

import numpy as np

HASH_BITS = 64
# Two thumbnails of one picture differ by less than this, in grey levels of 255: in mean brightness, and in the mean
# absolute difference of what is left when each one's brightness is subtracted. Different photographs whose hashes are
# near differ by 30 in the latter, drawings by 11 or more.
MAX_BRIGHTNESS_DIFFERENCE, MAX_PATTERN_DIFFERENCE = 25.0, 10.0


def near_groups(hashes: np.ndarray, thumbnails: np.ndarray, distance: int, group: np.ndarray) -> np.ndarray:
    """Group pictures that are nearly the same, directly or through others.

    Two pictures are nearly the same if both their hashes and their thumbnails agree: plain pictures share hashes by
    chance. Not all pairs are compared. If two hashes that differ in at most d bits are cut into d + 1 bands, at least
    one band is the same in both (the pigeonhole principle), so only pictures that share a band are compared.

    hashes: uint64 (n,), perceptual
    thumbnails: uint8 (n, pixels), grey
    distance: bits in which hashes may differ
    group: int (n,), groups that are known already, in the form that is returned
    Returns int (n,): the smallest index of each picture's group.
    """
    group = group.copy()
    brightness = thumbnails.mean(axis=1, keepdims=True, dtype=np.float32)
    edges = np.linspace(0, HASH_BITS, distance + 2).astype(int)
    for low, high in pairwise(edges):
        band = (hashes >> np.uint64(low)) & np.uint64((1 << int(high - low)) - 1)
        order = np.argsort(band, kind="stable")
        for bucket in np.split(order, np.flatnonzero(np.diff(band[order])) + 1):
            for position, one in enumerate(bucket[:-1]):
                others = bucket[position + 1 :]
                others = others[np.bitwise_count(hashes[others] ^ hashes[one]) <= distance]
                others = others[group[others] != group[one]]
                if len(others):
                    others = others[_look_alike(thumbnails, brightness, one, others)]
                    joined = np.append(group[others], group[one])
                    group[np.isin(group, joined)] = joined.min()
    return group


def _look_alike(thumbnails: np.ndarray, brightness: np.ndarray, one: int, others: np.ndarray) -> np.ndarray:
    """Which of `others` have a thumbnail like that of `one`: bool (m,).

    thumbnails: uint8 (n, pixels)
    brightness: float32 (n, 1), their means
    one: index
    others: int (m,), indices
    """
    alike = np.abs(brightness[others] - brightness[one]).ravel() < MAX_BRIGHTNESS_DIFFERENCE
    near = others[alike]
    difference = (thumbnails[near] - brightness[near]) - (thumbnails[one] - brightness[one])
    alike[alike] = np.abs(difference).mean(axis=1) < MAX_PATTERN_DIFFERENCE
    return alike


def choose_dropped(
    ids: list[str],
    labels: list[str],
    is_test: list[bool],
    hashes: np.ndarray,
    thumbnails: np.ndarray,
    distance: int,
) -> dict[int, tuple[str, int]]:
    """Choose the pictures to drop, so that none is left twice and none is in both train and test.

    Pictures that are the same, exactly (equal ids) or nearly, directly or through others, form a group. All of a group
    under two labels is dropped (`label_conflict`). Of a group that reaches into test, all train pictures are (`leak`),
    since a model must not be tested on what it was trained on. Of the rest of a group, which lies in one split, the
    first stays, and the others are dropped as `duplicate` or `near_duplicate`.

    ids, labels, is_test: of length n
    hashes, thumbnails, distance: see `near_groups`
    Returns, by the index of each picture to drop, the reason and the index of one that it is the same as.
    """
    _, first, unique = np.unique(ids, return_index=True, return_inverse=True)
    groups: dict[int, list[int]] = {}
    for index, group in enumerate(near_groups(hashes, thumbnails, distance, first[unique]).tolist()):
        groups.setdefault(group, []).append(index)

    dropped: dict[int, tuple[str, int]] = {}
    for group in groups.values():
        tests = [index for index in group if is_test[index]]
        stays = (tests or group)[0]
        conflict = len({labels[index] for index in group}) > 1
        for index in group:
            if conflict:
                other = next(other for other in group if labels[other] != labels[index])
                dropped[index] = ("label_conflict", other)
            elif tests and not is_test[index]:
                dropped[index] = ("leak", stays)
            elif index != stays:
                dropped[index] = ("duplicate" if ids[index] == ids[stays] else "near_duplicate", stays)
    return dropped
