"""What people do to a picture before they put it into a data set once more, and small pictures as they are compared."""

from io import BytesIO

import numpy as np
from PIL import Image, ImageEnhance, ImageFilter, ImageOps

from transfer.dataset.pictures import THUMBNAIL, decode


def small(images: list[Image.Image]) -> np.ndarray:
    """As `prepare` leaves them: uint8 (n, 64, 64)."""
    side = (THUMBNAIL, THUMBNAIL)
    return np.stack([np.asarray(image.convert("L").resize(side, Image.Resampling.BOX)) for image in images])


def as_jpeg(image: Image.Image, quality: int) -> Image.Image:
    stream = BytesIO()
    image.save(stream, "JPEG", quality=quality)
    return decode(stream.getvalue())


def crop(image: Image.Image, left: float, top: float, right: float, bottom: float) -> Image.Image:
    """Without these shares of the sides."""
    width, height = image.size
    return image.crop(
        (round(left * width), round(top * height), round((1 - right) * width), round((1 - bottom) * height))
    )


def frame(image: Image.Image, share: float, colour: str) -> Image.Image:
    return ImageOps.expand(image, max(1, round(share * min(image.size))), colour)


EDITS = {
    "compressed": lambda image: as_jpeg(image, 40),
    "half the size": lambda image: image.resize((image.width // 2, image.height // 2)),
    "grey": lambda image: image.convert("L").convert("RGB"),
    "squashed": lambda image: image.resize((300, 200)),
    "blurred": lambda image: image.filter(ImageFilter.GaussianBlur(1)),
    "brightness +40 %": lambda image: ImageEnhance.Brightness(image).enhance(1.4),
    "brightness -40 %": lambda image: ImageEnhance.Brightness(image).enhance(0.6),
    "contrast +30 %": lambda image: ImageEnhance.Contrast(image).enhance(1.3),
    **{turn.name.lower().replace("_", " "): lambda image, turn=turn: image.transpose(turn) for turn in Image.Transpose},
    "frame 1 %, white": lambda image: frame(image, 0.01, "white"),
    "frame 2 %, white": lambda image: frame(image, 0.02, "white"),
    "frame 2 %, black": lambda image: frame(image, 0.02, "black"),
    "crop 2 %": lambda image: crop(image, 0.01, 0.01, 0.01, 0.01),
    "crop 5 %": lambda image: crop(image, 0.025, 0.025, 0.025, 0.025),
    "crop 10 %": lambda image: crop(image, 0.05, 0.05, 0.05, 0.05),
    "crop 10 %, left": lambda image: crop(image, 0.1, 0, 0, 0),
    "crop 10 %, top": lambda image: crop(image, 0, 0.1, 0, 0),
    "crop 10 % at each edge": lambda image: crop(image, 0.1, 0.1, 0.1, 0.1),
    "mirrored, crop 5 %": lambda image: ImageOps.mirror(crop(image, 0.025, 0.025, 0.025, 0.025)),
}
