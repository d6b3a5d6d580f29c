"""What surrounds a drawn animal: a background, something in front of it, and the marks of a camera."""

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from transfer.dataset.brush import rotation


def background(rng: np.random.Generator, size: tuple[int, int]) -> Image.Image:
    """Blurred colours with shapes on them: RGB of `size` (width, height) in pixels."""
    colours = rng.integers(30, 236, (3, 3, 3), dtype=np.uint8)
    image = Image.fromarray(colours).resize(size, Image.Resampling.BICUBIC)
    pen = ImageDraw.Draw(image)
    for _ in range(rng.integers(2, 9)):
        x, y = rng.uniform(-0.1, 1.0, 2) * size
        w, h = rng.uniform(0.05, 0.45, 2) * size
        shape = pen.ellipse if rng.random() < 0.5 else pen.rectangle
        shape((x, y, x + w, y + h), fill=tuple(int(value) for value in rng.integers(20, 240, 3)))
    return image.filter(ImageFilter.BoxBlur(float(rng.uniform(0, 6))))


def occlude(rng: np.random.Generator, canvas: Image.Image) -> None:
    """Paint a shape over a part of the canvas."""
    x, y = rng.uniform(0.15, 0.85, 2) * canvas.size
    w, h = rng.uniform(0.04, 0.16) * canvas.width, rng.uniform(0.2, 0.7) * canvas.height
    angle = (
        np.linspace(0, 2 * np.pi, 20, endpoint=False) if rng.random() < 0.4 else np.arange(4) * np.pi / 2 + np.pi / 4
    )
    around = np.stack([w * np.cos(angle), h * np.sin(angle)], axis=1) @ rotation(rng.uniform(0, np.pi)).T + (x, y)
    ImageDraw.Draw(canvas).polygon(
        [tuple(point) for point in around], fill=tuple(int(v) for v in rng.integers(20, 240, 3))
    )


def photograph(rng: np.random.Generator, canvas: Image.Image, size: tuple[int, int]) -> Image.Image:
    """The canvas at `size` (width, height) in pixels, with what a camera adds: uneven light, softness, grain."""
    light = rng.uniform(0.55, 1.0, (2, 2)) * 255
    shadow = Image.fromarray(light.astype(np.uint8)).resize(canvas.size, Image.Resampling.BILINEAR)
    image = ImageChops.multiply(canvas, Image.merge("RGB", [shadow] * 3)).resize(size, Image.Resampling.BOX)
    image = image.filter(ImageFilter.GaussianBlur(float(rng.choice([0, 0.6, 1.0, 1.6]))))
    grain = rng.integers(-12, 13, (size[1] // 2 + 1, size[0] // 2 + 1, 1)) * rng.uniform(0, 1.2)
    grain = grain.repeat(2, axis=0).repeat(2, axis=1)[: size[1], : size[0]]
    return Image.fromarray(np.clip(np.asarray(image) + grain, 0, 255).astype(np.uint8))
