"""The embedded sample: cats and dogs painted by code, so that the workflow runs anywhere, with nothing downloaded.

No single feature tells the class: some dogs prick their ears, some cats fold theirs, muzzles, pupils, noses, whiskers
and coats overlap. What is certain is only their combination, as in `TRAITS`.
"""

from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFilter

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


@dataclass(frozen=True)
class _Brush:
    """Draws on `image` in coordinates of the head: (0, 0) its centre, radius 1, x to the right, y down, turned."""

    image: Image.Image
    centre: np.ndarray
    turn: np.ndarray  # 2 x 2, rotation times scale in pixels

    def polygon(self, points, fill) -> None:
        placed = np.asarray(points, float) @ self.turn.T + self.centre
        ImageDraw.Draw(self.image).polygon([tuple(point) for point in placed], fill=fill)

    def ellipse(self, x, y, rx, ry, fill, tilt=0.0) -> None:
        angle = np.linspace(0, 2 * np.pi, 40, endpoint=False)
        around = np.stack([rx * np.cos(angle), ry * np.sin(angle)], axis=1)
        self.polygon(around @ _rotation(tilt).T + (x, y), fill)

    def line(self, points, width, fill) -> None:
        placed = np.asarray(points, float) @ self.turn.T + self.centre
        thick = max(1, round(width * np.hypot(*self.turn[0])))
        ImageDraw.Draw(self.image).line([tuple(point) for point in placed], fill=fill, width=thick, joint="curve")


def draw(label: str, index: int, seed: int) -> Image.Image:
    """Paint one picture: RGB, 200 to 420 pixels a side. The same arguments give the same pixels, in any process.

    label: one of CLASSES; index: which picture of the class; seed: of the whole sample.
    """
    is_dog = CLASSES.index(label)
    rng = np.random.default_rng([seed, is_dog, index])
    width, height = (int(side) for side in rng.integers(200, 421, 2))
    canvas = _background(rng, (int(width * SUPERSAMPLING), int(height * SUPERSAMPLING)))
    _animal(rng, canvas, is_dog)
    if rng.random() < 0.15:
        _occlude(rng, canvas)
    return _photograph(rng, canvas, (width, height))


def _animal(rng: np.random.Generator, canvas: Image.Image, is_dog: int) -> None:
    def has(trait) -> bool:
        return rng.random() < trait[is_dog]

    def measure(trait) -> float:
        mean, spread = trait[is_dog]
        return mean + spread * np.clip(rng.normal(), -2.2, 2.2)

    radius = rng.uniform(0.20, 0.34) * min(canvas.size)
    centre = np.array([rng.uniform(0.3, 0.7) * canvas.width, rng.uniform(0.3, 0.6) * canvas.height])
    mirror = np.diag([rng.choice([-1, 1]), 1])
    brush = _Brush(canvas, centre, radius * _rotation(rng.normal(0, 0.28)) @ mirror)

    coat = _coat_colour(rng)
    shade, light = (
        _blend(coat, (20, 15, 15), rng.uniform(0.12, 0.4)),
        _blend(coat, (255, 248, 238), rng.uniform(0.3, 0.8)),
    )
    wide, turn = measure(HEAD_WIDTH), rng.normal(0, 0.13)  # turn: how far the face looks to one side

    _body(rng, brush, coat, shade)
    _ears(rng, brush, wide, measure(EAR_SIZE), has(PRICKED_EARS), coat, shade)
    brush.ellipse(0, 0, wide, 1.0, coat)
    if has(STRIPES):
        _stripes(rng, brush, wide, shade)
    if rng.random() < 0.35:
        brush.ellipse(
            rng.uniform(-0.5, 0.5), rng.uniform(-0.5, 0.2), *rng.uniform(0.2, 0.5, 2), light, rng.uniform(0, 3)
        )

    length, nose = measure(MUZZLE_LENGTH), measure(NOSE_SIZE)
    low = rng.uniform(0.30, 0.42)
    muzzle = light if rng.random() < 0.6 else _blend(coat, light, 0.3)
    for side in (-1, 1):
        brush.ellipse(turn + side * 0.17, low + length * 0.55, 0.27, length * 0.75, muzzle)
    mouth = low + length * 0.75
    if has(TONGUE):
        brush.ellipse(turn, mouth + 0.22, 0.12, 0.2, (226, 112, 128))
    for side in (-1, 1):
        brush.line(
            [(turn, low + nose), (turn, mouth), (turn + side * 0.2, mouth + 0.07)], 0.035, _blend(shade, (0, 0, 0), 0.5)
        )
    dark = _blend((30, 22, 22), (215, 130, 135), rng.beta(0.5, 0.9) if rng.random() < 0.6 else 0.0)
    if has(TRIANGLE_NOSE):
        brush.polygon([(turn - nose, low - nose * 0.6), (turn + nose, low - nose * 0.6), (turn, low + nose)], dark)
    else:
        brush.ellipse(turn, low, nose * 1.15, nose * 0.85, dark)

    _eyes(rng, brush, turn, measure(EYE_SIZE), has(SLIT_PUPILS), has(LIGHT_EYES))
    if has(WHISKERS):
        pale = tuple(rng.integers(190, 256, 3)) if rng.random() < 0.7 else (40, 36, 36)
        for side in (-1, 1):
            for slope in rng.normal([-0.12, 0.02, 0.16], 0.04):
                start, reach = turn + side * 0.32, rng.uniform(0.6, 1.0)
                brush.line([(start, low + 0.2), (start + side * reach, low + 0.2 + slope * 2 * reach)], 0.02, pale)


def _body(rng, brush, coat, shade) -> None:
    lean = rng.normal(0, 0.35)
    tail = lean + rng.choice([-1, 1]) * np.array([0.9, 1.5, 1.7, 1.5]) * rng.uniform(0.8, 1.2)
    brush.line(list(zip(tail, [2.6, 2.3, 1.7, rng.uniform(0.9, 1.5)], strict=True)), rng.uniform(0.16, 0.34), shade)
    brush.ellipse(lean, 1.9, rng.uniform(0.95, 1.35), 1.35, _blend(coat, shade, 0.35))
    for side in (-1, 1):
        brush.ellipse(lean + side * 0.4, 2.6, 0.25, 0.75, _blend(coat, shade, 0.15))


def _ears(rng, brush, wide, size, pricked, coat, shade) -> None:
    inner = _blend(shade, (225, 150, 150), rng.uniform(0.2, 0.8))
    for side in (-1, 1):
        if pricked:
            spread, tip = rng.normal(0.72, 0.07), rng.normal(0.78, 0.12)
            base = np.array([[0.95, -0.25], [0.28, -0.9]]) * (side * wide, 1)
            peak = np.array([side * wide * tip, -0.72 - size])
            brush.polygon([base[0], peak, base[1]], _blend(coat, shade, 0.4))
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


def _background(rng, size: tuple[int, int]) -> Image.Image:
    colours = rng.integers(30, 236, (3, 3, 3), dtype=np.uint8)
    image = Image.fromarray(colours).resize(size, Image.Resampling.BICUBIC)
    pen = ImageDraw.Draw(image)
    for _ in range(rng.integers(2, 9)):
        x, y = rng.uniform(-0.1, 1.0, 2) * size
        w, h = rng.uniform(0.05, 0.45, 2) * size
        shape = pen.ellipse if rng.random() < 0.5 else pen.rectangle
        shape((x, y, x + w, y + h), fill=tuple(int(value) for value in rng.integers(20, 240, 3)))
    return image.filter(ImageFilter.BoxBlur(float(rng.uniform(0, 6))))


def _occlude(rng, canvas: Image.Image) -> None:
    x, y = rng.uniform(0.15, 0.85, 2) * canvas.size
    w, h = rng.uniform(0.04, 0.16) * canvas.width, rng.uniform(0.2, 0.7) * canvas.height
    angle = (
        np.linspace(0, 2 * np.pi, 20, endpoint=False) if rng.random() < 0.4 else np.arange(4) * np.pi / 2 + np.pi / 4
    )
    around = np.stack([w * np.cos(angle), h * np.sin(angle)], axis=1) @ _rotation(rng.uniform(0, np.pi)).T + (x, y)
    ImageDraw.Draw(canvas).polygon(
        [tuple(point) for point in around], fill=tuple(int(v) for v in rng.integers(20, 240, 3))
    )


def _photograph(rng, canvas: Image.Image, size: tuple[int, int]) -> Image.Image:
    """What a camera adds: uneven light, softness, grain."""
    light = rng.uniform(0.55, 1.0, (2, 2)) * 255
    shadow = Image.fromarray(light.astype(np.uint8)).resize(canvas.size, Image.Resampling.BILINEAR)
    image = ImageChops.multiply(canvas, Image.merge("RGB", [shadow] * 3)).resize(size, Image.Resampling.BOX)
    image = image.filter(ImageFilter.GaussianBlur(float(rng.choice([0, 0.6, 1.0, 1.6]))))
    grain = rng.integers(-12, 13, (size[1] // 2 + 1, size[0] // 2 + 1, 1)) * rng.uniform(0, 1.2)
    grain = grain.repeat(2, axis=0).repeat(2, axis=1)[: size[1], : size[0]]
    return Image.fromarray(np.clip(np.asarray(image) + grain, 0, 255).astype(np.uint8))


def _coat_colour(rng) -> tuple[int, int, int]:
    coats = [(196, 142, 84), (120, 84, 58), (62, 54, 52), (214, 200, 178), (148, 142, 138), (176, 96, 48), (92, 88, 96)]
    return tuple(int(v) for v in np.clip(np.array(coats[rng.integers(len(coats))]) + rng.integers(-22, 23, 3), 0, 255))


def _blend(one, other, share: float) -> tuple[int, int, int]:
    return tuple(int(a + (b - a) * share) for a, b in zip(one, other, strict=True))


def _rotation(angle: float) -> np.ndarray:
    return np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
