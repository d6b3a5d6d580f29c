"""Ears of drawn animals, of four shapes."""

import numpy as np

from transfer.dataset.brush import blend


def _pricked(rng, brush, wide, size, coat, shade) -> None:
    inner = blend(shade, (225, 150, 150), rng.uniform(0.2, 0.8))
    for side in (-1, 1):
        spread, tip = rng.normal(0.72, 0.07), rng.normal(0.78, 0.12)
        base = np.array([[0.95, -0.25], [0.28, -0.9]]) * (side * wide, 1)
        peak = np.array([side * wide * tip, -0.72 - size])
        brush.polygon([base[0], peak, base[1]], blend(coat, shade, 0.4))
        middle = base.mean(axis=0) * (1, 0.95)
        brush.polygon([middle + spread * (point - middle) for point in (base[0], peak, base[1])], inner)


def _hanging(rng, brush, wide, size, coat, shade) -> None:
    rng.uniform(0.2, 0.8)  # the colour inside an ear, which is not seen
    for side in (-1, 1):
        hang = rng.uniform(0.3, 1.0) * size
        tilt = -side * rng.uniform(0.1, 0.7)
        brush.ellipse(side * wide * 0.92, -0.55 + hang, 0.3 + 0.1 * size, 0.25 + 0.75 * size, shade, tilt)


def _tall(rng, brush, wide, size, coat, shade) -> None:
    inner = blend(shade, (225, 150, 150), rng.uniform(0.2, 0.8))
    for side in (-1, 1):
        tilt, long = side * rng.normal(0.18, 0.14), size * rng.uniform(0.75, 1.0)
        x, y = side * wide * 0.45 + np.sin(tilt) * long * 0.6, -0.8 - long * 0.6
        brush.ellipse(x, y, 0.26, long * 0.75, blend(coat, shade, 0.4), tilt)
        brush.ellipse(x, y, 0.15, long * 0.6, inner, tilt)


def _round(rng, brush, wide, size, coat, shade) -> None:
    inner = blend(shade, (225, 150, 150), rng.uniform(0.2, 0.8))
    for side in (-1, 1):
        x, y = side * wide * rng.normal(0.72, 0.06), -rng.normal(0.78, 0.05)
        brush.ellipse(x, y, size * 0.8, size * 0.8, blend(coat, shade, 0.4))
        brush.ellipse(x, y, size * 0.5, size * 0.5, inner)


SHAPES = {"pricked": _pricked, "hanging": _hanging, "tall": _tall, "round": _round}
