"""The embedded sample: cats and dogs painted by code, so that the workflow runs anywhere, with nothing downloaded.

No single feature decides the class: some dogs prick their ears, some cats fold theirs, muzzles, pupils, noses, whiskers
and coats overlap. Only their combination is certain.
"""

from dataclasses import dataclass

import numpy as np
from PIL import Image

from transfer.dataset.brush import Brush, blend, rotation
from transfer.dataset.scenery import background, occlude, photograph

CLASSES = ("cats", "dogs")

# For each trait, what holds for (cats, dogs): a probability, or the mean and spread of a size in head radii.
PRICKED_EARS = (0.88, 0.28)
SLIT_PUPILS = (0.72, 0.04)
WHISKERS = (0.86, 0.16)
TONGUE = (0.03, 0.40)
STRIPES = (0.42, 0.12)
TRIANGLE_NOSE = (0.88, 0.08)
LIGHT_EYES = (0.84, 0.24)
MUZZLE_LENGTH = ((0.28, 0.06), (0.52, 0.08))
NOSE_SIZE = ((0.10, 0.02), (0.18, 0.03))
HEAD_WIDTH = ((1.08, 0.07), (0.94, 0.09))
EYE_SIZE = ((0.19, 0.03), (0.15, 0.03))
EAR_SIZE = ((0.62, 0.09), (0.70, 0.14))

SUPERSAMPLING = 1.5


def draw(label: str, index: int, seed: int) -> Image.Image:
    """Paint one picture: RGB, 200 to 420 pixels a side. The same arguments give the same pixels, in any process.

    label: one of CLASSES
    index: which picture of the class
    seed: of the sample
    """
    is_dog = CLASSES.index(label)
    rng = np.random.default_rng([seed, is_dog, index])
    width, height = (int(side) for side in rng.integers(200, 421, 2))
    canvas = background(rng, (int(width * SUPERSAMPLING), int(height * SUPERSAMPLING)))
    _animal(rng, canvas, is_dog)
    if rng.random() < 0.15:
        occlude(rng, canvas)
    return photograph(rng, canvas, (width, height))


@dataclass(frozen=True)
class _Traits:
    """Draws the traits of one animal. The order of the calls decides the values."""

    rng: np.random.Generator
    is_dog: int

    def has(self, trait: tuple) -> bool:
        return self.rng.random() < trait[self.is_dog]

    def measure(self, trait: tuple) -> float:
        mean, spread = trait[self.is_dog]
        return mean + spread * np.clip(self.rng.normal(), -2.2, 2.2)


def _animal(rng: np.random.Generator, canvas: Image.Image, is_dog: int) -> None:
    traits = _Traits(rng, is_dog)
    radius = rng.uniform(0.20, 0.34) * min(canvas.size)
    centre = np.array([rng.uniform(0.3, 0.7) * canvas.width, rng.uniform(0.3, 0.6) * canvas.height])
    mirror = np.diag([rng.choice([-1, 1]), 1])
    brush = Brush(canvas, centre, radius * rotation(rng.normal(0, 0.28)) @ mirror)

    coat = _coat_colour(rng)
    shade = blend(coat, (20, 15, 15), rng.uniform(0.12, 0.4))
    light = blend(coat, (255, 248, 238), rng.uniform(0.3, 0.8))
    wide, turn = traits.measure(HEAD_WIDTH), rng.normal(0, 0.13)  # turn: how far the face looks to one side

    _body(rng, brush, coat, shade)
    _ears(rng, brush, wide, traits.measure(EAR_SIZE), traits.has(PRICKED_EARS), coat, shade)
    brush.ellipse(0, 0, wide, 1.0, coat)
    if traits.has(STRIPES):
        _stripes(rng, brush, wide, shade)
    if rng.random() < 0.35:
        x, y = rng.uniform(-0.5, 0.5), rng.uniform(-0.5, 0.2)
        brush.ellipse(x, y, *rng.uniform(0.2, 0.5, 2), light, rng.uniform(0, 3))

    low = _muzzle(rng, brush, traits, turn, coat, shade, light)
    _eyes(rng, brush, turn, traits.measure(EYE_SIZE), traits.has(SLIT_PUPILS), traits.has(LIGHT_EYES))
    if traits.has(WHISKERS):
        _whiskers(rng, brush, turn, low)


def _muzzle(rng, brush, traits, turn, coat, shade, light) -> float:
    """Muzzle, mouth and nose; returns how far below the centre the nose is."""
    length, nose = traits.measure(MUZZLE_LENGTH), traits.measure(NOSE_SIZE)
    low = rng.uniform(0.30, 0.42)
    muzzle = light if rng.random() < 0.6 else blend(coat, light, 0.3)
    for side in (-1, 1):
        brush.ellipse(turn + side * 0.17, low + length * 0.55, 0.27, length * 0.75, muzzle)
    mouth = low + length * 0.75
    if traits.has(TONGUE):
        brush.ellipse(turn, mouth + 0.22, 0.12, 0.2, (226, 112, 128))
    for side in (-1, 1):
        lip = [(turn, low + nose), (turn, mouth), (turn + side * 0.2, mouth + 0.07)]
        brush.line(lip, 0.035, blend(shade, (0, 0, 0), 0.5))
    dark = blend((30, 22, 22), (215, 130, 135), rng.beta(0.5, 0.9) if rng.random() < 0.6 else 0.0)
    if traits.has(TRIANGLE_NOSE):
        brush.polygon([(turn - nose, low - nose * 0.6), (turn + nose, low - nose * 0.6), (turn, low + nose)], dark)
    else:
        brush.ellipse(turn, low, nose * 1.15, nose * 0.85, dark)
    return low


def _whiskers(rng, brush, turn, low) -> None:
    pale = tuple(rng.integers(190, 256, 3)) if rng.random() < 0.7 else (40, 36, 36)
    for side in (-1, 1):
        for slope in rng.normal([-0.12, 0.02, 0.16], 0.04):
            start, reach = turn + side * 0.32, rng.uniform(0.6, 1.0)
            brush.line([(start, low + 0.2), (start + side * reach, low + 0.2 + slope * 2 * reach)], 0.02, pale)


def _body(rng, brush, coat, shade) -> None:
    lean = rng.normal(0, 0.35)
    tail = lean + rng.choice([-1, 1]) * np.array([0.9, 1.5, 1.7, 1.5]) * rng.uniform(0.8, 1.2)
    brush.line(list(zip(tail, [2.6, 2.3, 1.7, rng.uniform(0.9, 1.5)], strict=True)), rng.uniform(0.16, 0.34), shade)
    brush.ellipse(lean, 1.9, rng.uniform(0.95, 1.35), 1.35, blend(coat, shade, 0.35))
    for side in (-1, 1):
        brush.ellipse(lean + side * 0.4, 2.6, 0.25, 0.75, blend(coat, shade, 0.15))


def _ears(rng, brush, wide, size, pricked, coat, shade) -> None:
    inner = blend(shade, (225, 150, 150), rng.uniform(0.2, 0.8))
    for side in (-1, 1):
        if pricked:
            spread, tip = rng.normal(0.72, 0.07), rng.normal(0.78, 0.12)
            base = np.array([[0.95, -0.25], [0.28, -0.9]]) * (side * wide, 1)
            peak = np.array([side * wide * tip, -0.72 - size])
            brush.polygon([base[0], peak, base[1]], blend(coat, shade, 0.4))
            middle = base.mean(axis=0) * (1, 0.95)
            brush.polygon([middle + spread * (point - middle) for point in (base[0], peak, base[1])], inner)
        else:
            hang = rng.uniform(0.3, 1.0) * size
            brush.ellipse(
                side * wide * 0.92,
                -0.55 + hang,
                0.3 + 0.1 * size,
                0.25 + 0.75 * size,
                shade,
                -side * rng.uniform(0.1, 0.7),
            )


def _stripes(rng, brush, wide, shade) -> None:
    for x in (-0.22, 0.0, 0.22):
        brush.line([(x * 0.9, -0.92), (x * rng.uniform(0.8, 1.5), -0.45)], 0.08, shade)
    for side in (-1, 1):
        for y in (0.05, 0.3):
            brush.line([(side * wide * 0.95, y - 0.08), (side * wide * 0.6, y)], 0.07, shade)


def _eyes(rng, brush, turn, size, slit, light) -> None:
    bright = [(126, 176, 70), (214, 178, 60), (110, 160, 205), (160, 190, 120)]
    dull = [(92, 58, 30), (60, 38, 24), (120, 82, 44)]
    iris = np.array((bright if light else dull)[rng.integers(4 if light else 3)]) + rng.integers(-18, 19, 3)
    apart, high, tilt = rng.normal(0.4, 0.04), rng.normal(-0.16, 0.05), rng.normal(0.15, 0.15)
    squint = rng.uniform(0.6, 1.0)
    for side in (-1, 1):
        x = turn * 0.8 + side * apart
        brush.ellipse(x, high, size * 1.18, size * squint * 1.18, (28, 22, 22), side * tilt)
        brush.ellipse(x, high, size, size * squint, tuple(np.clip(iris, 0, 255)), side * tilt)
        brush.ellipse(x, high, size * (0.22 if slit else 0.55), size * squint * (0.9 if slit else 0.62), (12, 10, 12))
        brush.ellipse(x - 0.3 * size, high - 0.3 * size * squint, size * 0.18, size * 0.18, (250, 250, 250))


def _coat_colour(rng) -> tuple[int, int, int]:
    coats = [(196, 142, 84), (120, 84, 58), (62, 54, 52), (214, 200, 178), (148, 142, 138), (176, 96, 48), (92, 88, 96)]
    return tuple(int(v) for v in np.clip(np.array(coats[rng.integers(len(coats))]) + rng.integers(-22, 23, 3), 0, 255))
