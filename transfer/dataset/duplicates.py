"""The same picture twice: exactly, or all but (another size, another compression, a slight edit)."""

from itertools import pairwise

import numpy as np

HASH_BITS = 64
# How far two thumbnails of one picture may be apart, in grey levels of 255: in mean brightness, and, that set apart, in
# mean absolute difference. Different photographs whose hashes are near differ by 30 in it, drawings by 11 or more.
BRIGHTNESS, PATTERN = 25.0, 10.0


def near_groups(hashes: np.ndarray, thumbnails: np.ndarray, distance: int, group: np.ndarray) -> np.ndarray:
    """Group pictures that are nearly the same, directly or through others: int (n,), the group's smallest index.

    hashes: uint64 (n,), perceptual; thumbnails: uint8 (n, pixels), grey; distance: bits in which hashes may differ;
    group: int (n,), the groups that are known already, as they are returned.

    Not all pairs are compared: of two hashes that differ in at most d bits, cut into d + 1 bands, at least one band is
    the same in both (the pigeonhole principle), so only pictures that share a band are. Plain pictures share hashes
    by chance, so two are the same only if their thumbnails agree too.
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
                others = others[np.abs(brightness[others] - brightness[one]).ravel() < BRIGHTNESS]
                if len(others):
                    apart = (thumbnails[others] - brightness[others]) - (thumbnails[one] - brightness[one])
                    same = np.abs(apart).mean(axis=1) < PATTERN
                    joined = np.append(group[others[same]], group[one])
                    group[np.isin(group, joined)] = joined.min()
    return group


def choose_dropped(
    ids: list[str],
    labels: list[str],
    is_test: list[bool],
    hashes: np.ndarray,
    thumbnails: np.ndarray,
    distance: int,
) -> dict[int, tuple[str, int]]:
    """Decide which pictures go, so that none is left twice and none is in both train and test.

    Pictures that are the same, exactly (equal ids) or nearly, directly or through others, form a group. A group under
    two labels goes altogether (`label_conflict`). Of a group that reaches into test, all train pictures go (`leak`),
    since a model must not be tested on what it trained on. Of what remains in one split, the first stays, the others
    go as `duplicate` or `near_duplicate`. Returns, by the index of each that goes, the reason and the index of
    one that it is the same as.
    """
    _, first, place = np.unique(ids, return_index=True, return_inverse=True)
    groups: dict[int, list[int]] = {}
    for index, group in enumerate(near_groups(hashes, thumbnails, distance, first[place]).tolist()):
        groups.setdefault(group, []).append(index)

    drop: dict[int, tuple[str, int]] = {}
    for group in groups.values():
        tests = [index for index in group if is_test[index]]
        kept = (tests or group)[0]
        conflict = len({labels[index] for index in group}) > 1
        for index in group:
            if conflict:
                other = next(other for other in group if labels[other] != labels[index])
                drop[index] = ("label_conflict", other)
            elif tests and not is_test[index]:
                drop[index] = ("leak", kept)
            elif index != kept:
                drop[index] = ("duplicate" if ids[index] == ids[kept] else "near_duplicate", kept)
    return drop
