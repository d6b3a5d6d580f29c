"""The embedded sample: animals painted by code, so that the workflow runs anywhere, with nothing downloaded.

No single feature decides the class: some dogs prick their ears, some cats fold theirs, muzzles, pupils, noses, whiskers
and coats overlap. Only their combination is certain.
"""

from dataclasses import dataclass

import numpy as np
from PIL import Image

from transfer.dataset.animals import ANIMALS, Animal
from transfer.dataset.brush import Brush, blend, rotation
from transfer.dataset.ears import SHAPES
from transfer.dataset.scenery import background, occlude, photograph

CLASSES = tuple(ANIMALS)  # a class is numbered by its place here, which decides its pictures
SUPERSAMPLING = 1.5


def draw(label: str, index: int, seed: int) -> Image.Image:
    """Paint one picture: RGB, 200 to 420 pixels a side. The same arguments give the same pixels, in any process.

    label: one of CLASSES
    index: which picture of the class
    seed: of the sample
    """
    rng = np.random.default_rng([seed, CLASSES.index(label), index])
    width, height = (int(side) for side in rng.integers(200, 421, 2))
    canvas = background(rng, (int(width * SUPERSAMPLING), int(height * SUPERSAMPLING)))
    _animal(rng, canvas, ANIMALS[label])
    if rng.random() < 0.15:
        occlude(rng, canvas)
    return photograph(rng, canvas, (width, height))


@dataclass(frozen=True)
class Traits:
    """Draws the traits of one animal. The order of the calls decides the values."""

    rng: np.random.Generator

    def has(self, probability: float) -> bool:
        """Whether it has a trait; what is impossible takes no random number, so that traits can be added for others."""
        return probability > 0 and self.rng.random() < probability

    def measure(self, mean: float, spread: float) -> float:
        return mean + spread * np.clip(self.rng.normal(), -2.2, 2.2)


def _animal(rng: np.random.Generator, canvas: Image.Image, kind: Animal) -> None:
    traits = Traits(rng)
    radius = rng.uniform(0.20, 0.34) * min(canvas.size)
    centre = np.array([rng.uniform(0.3, 0.7) * canvas.width, rng.uniform(0.3, 0.6) * canvas.height])
    mirror = np.diag([rng.choice([-1, 1]), 1])
    brush = Brush(canvas, centre, radius * rotation(rng.normal(0, 0.28)) @ mirror)

    coat = _coat_colour(rng, kind)
    shade = blend(coat, (20, 15, 15), rng.uniform(0.12, 0.4))
    light = blend(coat, (255, 248, 238), rng.uniform(0.3, 0.8))
    wide, turn = traits.measure(*kind.head_width), rng.normal(0, 0.13)  # turn: how far the face looks to one side

    _body(rng, brush, coat, shade)
    size = traits.measure(*kind.ear_size)
    chances = {"pricked": kind.pricked_ears, "tall": kind.tall_ears, "round": kind.round_ears}
    shape = next((shape for shape, chance in chances.items() if traits.has(chance)), "hanging")
    SHAPES[shape](rng, brush, wide, size, coat, shade)
    brush.ellipse(0, 0, wide, 1.0, coat)
    if traits.has(kind.white_cheeks):
        for side in (-1, 1):
            brush.ellipse(side * wide * 0.55, 0.45, 0.45, 0.42, light, -side * 0.6)
    if traits.has(kind.stripes):
        _stripes(rng, brush, wide, shade)
    if rng.random() < 0.35:
        x, y = rng.uniform(-0.5, 0.5), rng.uniform(-0.5, 0.2)
        brush.ellipse(x, y, *rng.uniform(0.2, 0.5, 2), light, rng.uniform(0, 3))

    low = _muzzle(rng, brush, traits, kind, turn, coat, shade, light)
    _eyes(rng, brush, turn, traits.measure(*kind.eye_size), traits.has(kind.slit_pupils), traits.has(kind.light_eyes))
    if traits.has(kind.whiskers):
        _whiskers(rng, brush, turn, low)


def _muzzle(rng, brush, traits, kind, turn, coat, shade, light) -> float:
    """Muzzle, mouth and nose; returns how far below the centre the nose is."""
    length, nose = traits.measure(*kind.muzzle_length), traits.measure(*kind.nose_size)
    low = rng.uniform(0.30, 0.42)
    muzzle = light if rng.random() < 0.6 else blend(coat, light, 0.3)
    for side in (-1, 1):
        brush.ellipse(turn + side * 0.17, low + length * 0.55, 0.27, length * 0.75, muzzle)
    mouth = low + length * 0.75
    if traits.has(kind.tongue):
        brush.ellipse(turn, mouth + 0.22, 0.12, 0.2, (226, 112, 128))
    for side in (-1, 1):
        lip = [(turn, low + nose), (turn, mouth), (turn + side * 0.2, mouth + 0.07)]
        brush.line(lip, 0.035, blend(shade, (0, 0, 0), 0.5))
    if traits.has(kind.teeth):
        for left in (turn - 0.105, turn + 0.005):
            corners = [(left, mouth), (left + 0.1, mouth), (left + 0.095, mouth + 0.18), (left + 0.005, mouth + 0.18)]
            brush.polygon(corners, (246, 244, 236))
    dark = blend((30, 22, 22), (215, 130, 135), rng.beta(0.5, 0.9) if rng.random() < 0.6 else 0.0)
    if traits.has(kind.triangle_nose):
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


def _coat_colour(rng, kind) -> tuple[int, int, int]:
    coat = np.array(kind.coats[rng.integers(len(kind.coats))])
    return tuple(int(v) for v in np.clip(coat + rng.integers(-22, 23, 3), 0, 255))
