"""One picture, from the bytes as they came to the pixels that a network sees, or the reason why not."""

import hashlib
import warnings
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from transfer.dataset.picture_header import FORMATS

MAX_SCANS = 100  # of a progressive JPEG; encoders make about ten, and thousands keep a decoder busy for hours
THUMBNAIL = 64  # pixels, square


class Rejected(Exception):
    """A picture that is set aside.

    reason: empty, html, undecodable, truncated, too_small or too_large
    detail: for people
    """

    def __init__(self, reason: str, detail: str):
        super().__init__(f"{reason}: {detail}")
        self.reason, self.detail = reason, detail


@dataclass(frozen=True, slots=True)
class Prepared:
    """A picture as it is stored, and what is known of the original.

    jpeg: size x size pixels, quality 95, no chroma subsampling
    id: 16 hexadecimal digits, a hash of the original's size and pixels: the same picture has the same id in any format
    sha256: of the original file, hexadecimal
    width, height: of the original, upright, in pixels
    thumbnail: grey uint8 (64, 64), as bytes
    """

    jpeg: bytes
    id: str
    sha256: str
    width: int
    height: int
    thumbnail: bytes

    def pixels(self) -> np.ndarray:
        """The picture as it is stored: uint8 (size, size, 3), RGB."""
        return np.asarray(Image.open(BytesIO(self.jpeg)))


Outcome = tuple[str, Prepared | tuple[str, str]]  # name, and the picture, or reason and detail of why it is set aside


def prepare(content: bytes, size: int, min_size: int, max_pixels: int) -> Prepared:
    """Decode, check, resize and encode one picture.

    content: of its file
    size: pixels, square, of the result
    min_size: pixels, of the original's shorter side at least
    max_pixels: width x height of the original at most
    Raises Rejected.
    """
    image = decode(content, min_size, max_pixels)
    pixels = hashlib.sha256(f"{image.width}x{image.height}".encode())
    pixels.update(image.tobytes())
    return Prepared(
        jpeg=encode(resize(image, size)),
        id=pixels.hexdigest()[:16],
        sha256=hashlib.sha256(content).hexdigest(),
        width=image.width,
        height=image.height,
        thumbnail=image.convert("L").resize((THUMBNAIL, THUMBNAIL), Image.Resampling.BOX).tobytes(),
    )


def decode(content: bytes, min_size: int = 1, max_pixels: int = 10**8) -> Image.Image:
    """Decode a picture in full: RGB, upright, the first frame of an animation, transparency on white.

    content: of its file
    min_size: pixels, of the shorter side at least
    max_pixels: width x height at most, checked before anything is decoded
    Raises Rejected.
    """
    if not content:
        raise Rejected("empty", "the file has no bytes")
    if content[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith((b"<!doctype html", b"<html", b"<?xml")):
        raise Rejected("html", "a web page saved under a picture's name")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of odd metadata, and of bombs: the limit below is tighter
            image = Image.open(BytesIO(content), formats=FORMATS)
            width, height = image.size
            if width * height > max_pixels:
                raise Rejected("too_large", f"{width} x {height} pixels")
            if min(width, height) < min_size:
                raise Rejected("too_small", f"{width} x {height} pixels")
            if image.format in ("JPEG", "MPO") and content.count(b"\xff\xda") > MAX_SCANS:
                raise Rejected("undecodable", f"a JPEG in more than {MAX_SCANS} scans")
            image.load()
            if image.format == "PNG":
                Image.open(BytesIO(content), formats=["PNG"]).verify()  # its checksums, which load() ignores
            with suppress(Exception):  # the pixels are sound even where the metadata makes no sense
                ImageOps.exif_transpose(image, in_place=True)
            return _rgb(image)
    except Rejected:
        raise
    except UnidentifiedImageError:
        raise Rejected("undecodable", "not a picture in any known format") from None
    except Image.DecompressionBombError as error:
        raise Rejected("too_large", str(error)) from None
    except Exception as error:  # whatever a decoder raises means that the input is damaged
        message = " ".join(str(error).split()) or type(error).__name__
        raise Rejected("truncated" if "truncated" in message.lower() else "undecodable", message) from None


def _rgb(image: Image.Image) -> Image.Image:
    if image.mode in ("I", "F") or image.mode.startswith("I;16"):
        # More than 8 bits: Pillow would clip instead of scale.
        values = np.nan_to_num(np.asarray(image, np.float32))
        white = 65535 if image.mode != "F" else 1 if values.max(initial=0) <= 1 else 255
        image = Image.fromarray((np.clip(values / white, 0, 1) * 255).round().astype(np.uint8))
    if image.has_transparency_data:
        image = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    return image if image.mode == "RGB" else image.convert("RGB")


def resize(image: Image.Image, size: int) -> Image.Image:
    """The centre square of a picture as size x size pixels, antialiased: the ends of the longer side are cut off.

    On photographs, squashing pictures to a square gives a frozen backbone a third more log-loss, padding even more.
    """
    return ImageOps.fit(image, (size, size), Image.Resampling.BICUBIC)


def encode(image: Image.Image) -> bytes:
    """The picture as a JPEG stream that decodes to nearly the same pixels (quality 95, full chroma)."""
    stream = BytesIO()
    image.save(stream, "JPEG", quality=95, subsampling=0)
    return stream.getvalue()


def try_prepare(item: tuple[str, bytes], **limits: int) -> Outcome:
    """`prepare` for a worker: returns why a picture is set aside, where `prepare` raises.

    item: name, content
    limits: size, min_size and max_pixels, as for `prepare`
    """
    name, content = item
    try:
        return name, prepare(content, **limits)
    except Rejected as rejected:
        return name, (rejected.reason, rejected.detail)
