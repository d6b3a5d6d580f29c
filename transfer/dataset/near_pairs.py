"""The pairs of pictures, among many, that are one picture: exactly, or turned, cropped or otherwise edited.

All pairs are compared by fingerprint, as products of matrices, in blocks, so that memory does not grow with the number
of pairs; only the likeliest are looked at more closely.
"""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from threadpoolctl import threadpool_limits

from transfer.dataset.likeness import RIM, SIDE, fingerprints, likeness, same_shot

INNER = 0.08  # of the side: cut off at each edge, a picture is the likelier to resemble a crop of it
MIN_LIKENESS = 0.70  # of fingerprints; crops of a tenth at each edge have .77 and more, in 95 of 100 cases
CLOSER_LOOKS = 8  # for each picture: where thousands look alike from afar, a limit to the work
ROWS, COLUMNS = 256, 1024  # fingerprints at a time
BATCH = 128  # pairs, or pictures, at a time

Read = Callable[[np.ndarray], np.ndarray]  # from indices (n,) to small pictures, uint8 (n, 64 x 64)


def near_pairs(number: int, read: Read) -> np.ndarray:
    """Find the pairs that are one picture: int (m, 2), the smaller index first, in ascending order.

    Where three or more are one picture, not all pairs of them are returned, but enough to link them.

    number: of pictures
    read: small pictures by their indices, from 0
    """
    with ThreadPoolExecutor(os.cpu_count()) as pool, threadpool_limits(1):
        likely = np.concatenate([np.zeros((0, 2), int), *likely_pairs(*_fingerprints(number, read), pool)])
        batches = [likely[start : start + BATCH] for start in range(0, len(likely), BATCH)]

        def look(pairs: np.ndarray) -> np.ndarray:
            one, other = (read(side).reshape(-1, SIDE, SIDE) for side in pairs.T)
            return pairs[same_shot(one, other)]

        return np.concatenate([likely[:0], *pool.map(look, batches)])


def _fingerprints(number: int, read: Read) -> tuple[np.ndarray, np.ndarray]:
    whole, inner = np.empty((2, number, 48), np.float32)
    for start in range(0, number, BATCH):
        rows = np.arange(start, min(start + BATCH, number))
        pictures = read(rows).reshape(-1, SIDE, SIDE)
        whole[rows], inner[rows] = fingerprints(pictures, RIM), fingerprints(pictures, INNER)
    return whole, inner


def likely_pairs(whole: np.ndarray, inner: np.ndarray, pool: ThreadPoolExecutor) -> Iterator[np.ndarray]:
    """For each picture, the later ones that resemble it most, or of which one resembles the inner part of the other.

    whole, inner: fingerprints, float32 (n, 48)
    pool: does the work
    Yields int (m, 2), in ascending order.
    """

    def look(start: int) -> np.ndarray:
        mine, found = slice(start, start + ROWS), []
        for first in range(start, len(whole), COLUMNS):
            theirs = slice(first, first + COLUMNS)
            alike = likeness(whole[mine], whole[theirs])
            np.maximum(alike, likeness(inner[mine], whole[theirs]), out=alike)
            np.maximum(alike, likeness(whole[mine], inner[theirs]), out=alike)
            if first < start + ROWS:
                alike[np.tril(np.ones(alike.shape, bool), start - first)] = -1  # with itself, and with earlier ones
            one, other = _likeliest(alike)
            found.append((one + start, other + first, alike[one, other]))
        one, other, alike = (np.concatenate(part) for part in zip(*found, strict=True))
        order = np.lexsort((other, -alike, one))
        one, other = one[order], other[order]
        rank = np.arange(len(one)) - np.searchsorted(one, one)
        pairs = np.stack([one, other], axis=1)[rank < CLOSER_LOOKS]
        return pairs[np.lexsort(pairs.T[::-1])]

    return pool.map(look, range(0, len(whole), ROWS))


def _likeliest(alike: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Row and column of the highest entries of each row, CLOSER_LOOKS of them and their equals."""
    likely = alike >= MIN_LIKENESS
    if likely.sum() > CLOSER_LOOKS * len(alike):
        likely &= alike >= -np.partition(-alike, CLOSER_LOOKS - 1, axis=1)[:, CLOSER_LOOKS - 1, None]
    return np.nonzero(likely)
