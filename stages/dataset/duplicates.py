"""The same picture twice: exactly, or all but (another size, another compression, a slight edit)."""

from itertools import pairwise

import numpy as np

HASH_BITS = 64
THUMBNAIL_DISTANCE = 6.0  # grey levels of 255: mean absolute difference below which two thumbnails show one picture


def near_pairs(hashes: np.ndarray, thumbnails: np.ndarray, distance: int) -> np.ndarray:
    """All pairs that show the same picture: int (pairs, 2), sorted, the smaller index first.

    hashes: uint64 (n,), perceptual; thumbnails: uint8 (n, side, side); distance: bits in which hashes may differ.

    Not all pairs are compared: of two hashes that differ in at most d bits, cut into d + 1 bands, at least one band is
    the same in both (the pigeonhole principle), so only pictures that share a band are. Plain pictures share hashes
    by chance, so a pair counts only if the thumbnails agree too.
    """
    found = []
    edges = np.linspace(0, HASH_BITS, distance + 2).astype(int)
    for low, high in pairwise(edges):
        band = (hashes >> np.uint64(low)) & np.uint64((1 << int(high - low)) - 1)
        order = np.argsort(band, kind="stable")
        for bucket in np.split(order, np.flatnonzero(np.diff(band[order])) + 1):
            for position, one in enumerate(bucket[:-1]):
                others = bucket[position + 1 :]
                others = others[np.bitwise_count(hashes[others] ^ hashes[one]) <= distance]
                if len(others):
                    apart = np.abs(thumbnails[others].astype(np.int16) - thumbnails[one]).mean(axis=(1, 2))
                    found += [(min(one, other), max(one, other)) for other in others[apart < THUMBNAIL_DISTANCE]]
    return np.array(sorted(set(found)), int).reshape(-1, 2)


def judge(
    ids: list[str], labels: list[str], is_test: list[bool], hashes: np.ndarray, thumbnails: np.ndarray, distance: int
) -> dict[int, tuple[str, int]]:
    """Decide which pictures go, so that none is left twice and none is in both train and test.

    Pictures that are the same, exactly (equal ids) or nearly, directly or through others, form a group. A group under
    two labels goes altogether (`label_conflict`). Of a group that reaches into test, all train pictures go (`leak`),
    since a model must not be tested on what it trained on. Of what remains in one split, the first stays, the others
    go as `duplicate` or `near_duplicate`. Returns, by the index of each that goes, the reason and the index of
    one that it is the same as.
    """
    parent = list(range(len(ids)))

    def root(index: int) -> int:
        while parent[index] != index:
            parent[index] = parent[parent[index]]
            index = parent[index]
        return index

    first: dict[str, int] = {}
    exact = [(first.setdefault(name, index), index) for index, name in enumerate(ids)]
    for one, other in [*exact, *near_pairs(hashes, thumbnails, distance).tolist()]:
        one, other = sorted((root(one), root(other)))
        parent[other] = one
    groups: dict[int, list[int]] = {}
    for index in range(len(ids)):
        groups.setdefault(root(index), []).append(index)

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
