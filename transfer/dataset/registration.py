"""Which part of a picture another picture of the same scene shows: registration by shift and stretch.

Each axis has a stretch and a shift of its own, since small pictures are square whatever the shape of the original. They
are found by the inverse compositional Lucas-Kanade method (Baker and Matthews, Lucas-Kanade 20 years on, IJCV 2004),
coarse to fine, for many pairs at once.
"""

import numpy as np

STEPS = {16: 6, 32: 4, 64: 3}  # of each size of picture, coarse to fine
RIM = {16: 1, 32: 1, 64: 2}  # pixels at each edge that have no say: a frame drawn around the picture may be there
MAX_STEP, MAX_STRETCH, MAX_SHIFT = 0.1, 1.45, 0.35  # of half a picture's width, or as a factor
IDENTITY = (1.0, 0.0, 1.0, 0.0)  # stretch and shift across, then down; shifts in halves of the width


def refine(one: np.ndarray, other: np.ndarray, warp: np.ndarray) -> np.ndarray:
    """Improve the warps after which `other` looks like `one`.

    one, other: float32 (n, m, m), m one of the keys of STEPS
    warp: float32 (n, 4), to start from: see IDENTITY
    Returns the same form.
    """
    size = one.shape[1]
    at = _centres(size)
    down, across = np.gradient(one, axis=(1, 2))
    steepest = np.stack([across * at, across, down * at[:, None], down], axis=1).reshape(len(one), 4, size * size)
    for _ in range(STEPS[size]):
        seen, inside = apply(other, warp)
        template, weight = standardise(one, inside)
        residual = (standardise(seen, inside)[0] - template).reshape(len(one), size * size, 1)
        slopes = steepest * (inside.reshape(len(one), 1, size * size) * (size / 2 / weight)[:, None, None])
        hessian = slopes @ slopes.transpose(0, 2, 1) + 0.1 * np.eye(4, dtype=np.float32)
        step = np.clip(np.linalg.solve(hessian, slopes @ residual)[:, :, 0], -MAX_STEP, MAX_STEP)
        warp = _after(warp, step)
    return warp


def apply(picture: np.ndarray, warp: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Warp pictures, with bilinear interpolation.

    picture: float32 (n, m, m)
    warp: float32 (n, 4)
    Returns the warped pictures, and where they show the picture, but for its rim: bool (n, m, m).
    """
    size = picture.shape[1]
    rim, at = RIM[size], _centres(size)
    across, down = ((warp[:, k, None] * at + warp[:, k + 1, None] + 1) * size / 2 - 0.5 for k in (0, 2))
    seen = _between(down, size) @ picture @ _between(across, size).transpose(0, 2, 1)
    inside = [(rim <= place) & (place <= size - 1 - rim) for place in (down, across)]
    for axis in inside:
        axis[:, :rim] = axis[:, size - rim :] = False
    return seen, inside[0][:, :, None] & inside[1][:, None, :]


def inverse(warp: np.ndarray) -> np.ndarray:
    """The warps that undo warps: float32 (n, 4)."""
    shift = -warp[:, 1::2] / warp[:, ::2]
    return np.stack([1 / warp[:, 0], shift[:, 0], 1 / warp[:, 2], shift[:, 1]], axis=1)


def standardise(picture: np.ndarray, where: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Pictures with mean 0 and deviation 1 in a part of them, else 0, and the deviations there: float32 (n,)."""
    pixels = np.maximum(where.sum(axis=(1, 2), dtype=np.float32), 1)
    mean = (picture * where).sum(axis=(1, 2)) / pixels
    centred = (picture - mean[:, None, None]) * where
    deviation = np.maximum(np.sqrt((centred * centred).sum(axis=(1, 2)) / pixels), 1e-3)
    return centred / deviation[:, None, None], deviation


def correlation(one: np.ndarray, other: np.ndarray, where: np.ndarray) -> np.ndarray:
    """Of two pictures in a part of them: float32 (n,), from -1 to 1."""
    product = standardise(one, where)[0] * standardise(other, where)[0]
    return product.sum(axis=(1, 2)) / np.maximum(where.sum(axis=(1, 2)), 1)


def _centres(size: int) -> np.ndarray:
    """Of a row's pixels, from -1 to 1: float32 (size,)."""
    return ((np.arange(size, dtype=np.float32) + 0.5) * 2 / size - 1).astype(np.float32)


def _between(place: np.ndarray, size: int) -> np.ndarray:
    """Weights of linear interpolation: float32 (n, m, size) for places (n, m) in pixels."""
    return np.maximum(0, 1 - np.abs(place[:, :, None] - np.arange(size, dtype=np.float32)))


def _after(warp: np.ndarray, step: np.ndarray) -> np.ndarray:
    """The warp that undoes a step before it warps."""
    result = np.empty_like(warp)
    for k in (0, 2):
        stretch = warp[:, k] / (1 + step[:, k])
        result[:, k] = np.clip(stretch, 1 / MAX_STRETCH, MAX_STRETCH)
        result[:, k + 1] = np.clip(warp[:, k + 1] - stretch * step[:, k + 1], -MAX_SHIFT, MAX_SHIFT)
    return result
