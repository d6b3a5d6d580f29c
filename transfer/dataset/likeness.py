"""Whether two small grey pictures are one picture, turned, mirrored, cropped, framed, brighter or duller.

Both are brought to the same mean and deviation, and compared as they are and after registration. What counts is that
their detail agrees: a group photograph of X-rays, scans or drawings looks the same from afar, and is not.

The thresholds stand between what was measured (bench/DUPLICATES.md): edits of a picture on one side, different pictures
on the other.
"""

import numpy as np

from transfer.dataset import registration
from transfer.dataset.registration import IDENTITY, correlation

SIDE = 64  # pixels, of the small pictures
COSINES = 7  # frequencies of each axis in a fingerprint
RIM = 0.035  # of the side: what a fingerprint leaves out at each edge, since a frame may be there
# Correlations that two pictures must reach to be one: coarse ones to go on at all, then of the picture and its detail.
COARSE, PICTURE = {16: 0.85, 32: 0.90}, 0.93  # by size
SAME_DETAIL, CROPPED_DETAIL, SPARSE_DETAIL, MIDDLE_DETAIL = 0.80, 0.90, 0.95, 0.85
MIN_COVER = 0.42  # share of a picture that holds detail; of sparser ones, each is a crop of another

_u, _v = (axis.ravel()[1:] for axis in np.indices((COSINES, COSINES)))
_EVEN, _ODD = np.flatnonzero((_u + _v) % 2 == 0), np.flatnonzero((_u + _v) % 2 == 1)
_TRANSPOSED = (_v * COSINES + _u) - 1
_ACROSS = (1 - 2 * (_v % 2)).astype(np.float32)  # what a mirror does to the sign of each cosine


def fingerprints(pictures: np.ndarray, margin: float) -> np.ndarray:
    """The lower cosine frequencies of pictures, but for their brightness: float32 (n, 48), of length 1 (0 if plain).

    pictures: grey (n, 64, 64)
    margin: share of the side that is left out at each edge
    """
    window = _window(margin)
    coefficients = window @ pictures.astype(np.float32) @ window.T
    found = coefficients.reshape(len(pictures), COSINES**2)[:, 1:] * np.sqrt(np.hypot(_u, _v)).astype(np.float32)
    return found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1)


def _window(margin: float) -> np.ndarray:
    """Takes 64 pixels to the cosines of 32 between the margins: float32 (7, 64)."""
    edges = np.linspace(margin * SIDE, (1 - margin) * SIDE, SIDE // 2 + 1)
    pixel = np.arange(SIDE)
    shares = np.clip(np.minimum(edges[1:, None], pixel + 1) - np.maximum(edges[:-1, None], pixel), 0, None)
    cosines = np.cos(np.pi * np.arange(COSINES)[:, None] * (np.arange(SIDE // 2) + 0.5) / (SIDE // 2))
    cosines[0] /= np.sqrt(2)
    return (np.sqrt(4 / SIDE) * cosines @ (shares / np.diff(edges)[:, None])).astype(np.float32)


def likeness(one: np.ndarray, others: np.ndarray) -> np.ndarray:
    """The highest correlation of each two fingerprints over the eight turns of a picture: float32 (n, m).

    A mirror only changes signs: of the odd cosines across, or down. So the sums over cosines that are odd in none, one
    or both ways, taken once, give all four mirrored forms; with the transposed ones, all eight turns.
    """
    best = np.full((len(one), len(others)), -1, np.float32)
    for turned in (others, others[:, _TRANSPOSED]):
        for sign in (np.float32(1), _ACROSS):  # mirrored both ways or not; mirrored one way
            even = (one * sign)[:, _EVEN] @ turned[:, _EVEN].T
            odd = (one * sign)[:, _ODD] @ turned[:, _ODD].T
            np.maximum(best, np.add(even, np.abs(odd, out=odd), out=even), out=best)
    return best


def turned_alike(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """`other`, each picture in that of its eight turns that is most like `one`: (n, 64, 64)."""
    mine, theirs = fingerprints(one, RIM), fingerprints(other, RIM)
    best, result = np.full(len(one), -2, np.float32), other.copy()
    for turned, cosines in ((other, theirs), (other.transpose(0, 2, 1), theirs[:, _TRANSPOSED])):
        for down in (1, -1):
            for across in (1, -1):
                signs = np.where(_u % 2, down, 1) * np.where(_v % 2, across, 1)
                alike = (mine * cosines * signs.astype(np.float32)).sum(axis=1)
                better = alike > best
                result[better], best[better] = turned[better, ::down, ::across], alike[better]
    return result


def same_shot(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Whether each two pictures are one: bool (n,).

    one, other: uint8 (n, 64, 64)
    """
    one, other = one.astype(np.float32), turned_alike(one, other).astype(np.float32)
    warp = np.tile(np.float32(IDENTITY), (len(one), 1))
    rich = np.minimum(cover(one), cover(other)) >= MIN_COVER
    same = _agree(one, other, warp, np.where(rich, SAME_DETAIL, SPARSE_DETAIL))
    left = np.flatnonzero(rich & ~same)
    same[left] = _overlap(one[left], other[left])
    return same


def _overlap(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Whether each two pictures show the same, as far as one shows what the other does: bool (n,)."""
    overlap, left, warp = np.zeros(len(one), bool), np.arange(len(one)), np.tile(np.float32(IDENTITY), (len(one), 1))
    for size, least in COARSE.items():
        small, others = _smaller(one[left], size), _smaller(other[left], size)
        warp = registration.refine(small, others, warp)
        near = correlation(small, *registration.apply(others, warp)) >= least
        left, warp = left[near], warp[near]
    one, other = one[left], other[left]
    # The part is laid onto the whole, and not the other way round: blown up, a part of the whole would lack detail.
    part = warp[:, 0] * warp[:, 2] < 1
    one[part], other[part], warp[part] = other[part], one[part], registration.inverse(warp[part])
    alike = _detail_correlation(_smaller(one, 32), _smaller(other, 32), warp) >= MIDDLE_DETAIL
    one, other, left = one[alike], other[alike], left[alike]
    warp = registration.refine(one, other, warp[alike])
    overlap[left] = _agree(one, other, warp, np.full(len(left), CROPPED_DETAIL))
    return overlap


def cover(pictures: np.ndarray) -> np.ndarray:
    """The share of each picture that holds detail, 1 if it is spread evenly: float32 (n,).

    pictures: float32 (n, 64, 64)
    """
    small = _smaller(pictures, 32)
    energy = _smaller(_detail(small) ** 2, 8).reshape(len(pictures), 64)
    return np.sqrt(energy).sum(axis=1) ** 2 / (64 * energy.sum(axis=1) + 1e-6)


def _agree(one: np.ndarray, other: np.ndarray, warp: np.ndarray, detail: np.ndarray) -> np.ndarray:
    """Whether pictures and their detail correlate after warping, in half size and in full: bool (n,).

    detail: the least correlation of the detail in full size, float (n,)
    """
    agree = _detail_correlation(_smaller(one, 32), _smaller(other, 32), warp) >= MIDDLE_DETAIL
    rows = np.flatnonzero(agree)
    one, other, warp = one[rows], other[rows], warp[rows]
    agree[rows] = correlation(one, *registration.apply(other, warp)) >= PICTURE
    agree[rows] &= _detail_correlation(one, other, warp) >= detail[rows]
    return agree


def _detail_correlation(one: np.ndarray, other: np.ndarray, warp: np.ndarray) -> np.ndarray:
    """Of what stands out from its surroundings in `one` and in `other` as warped: float32 (n,)."""
    seen, inside = registration.apply(other, warp)
    around = _surroundings(one.shape[1])
    deep = around @ inside.astype(np.float32) @ around.T > 0.999  # all of the surroundings is inside
    return correlation(_detail(one), _detail(seen), deep)


def _detail(pictures: np.ndarray) -> np.ndarray:
    around = _surroundings(pictures.shape[1])
    return pictures - around @ pictures @ around.T


def _surroundings(size: int) -> np.ndarray:
    """Averages a pixel and those within a sixteenth of the side: float32 (size, size)."""
    pixel = np.arange(size)
    near = np.abs(pixel - pixel[:, None]) <= size // 16
    return (near / near.sum(axis=1, keepdims=True)).astype(np.float32)


def _smaller(pictures: np.ndarray, size: int) -> np.ndarray:
    """Averaged to size x size pixels."""
    by = pictures.shape[1] // size
    shares = np.repeat(np.eye(size, dtype=np.float32), by, axis=1) / by
    return shares @ pictures @ shares.T
