"""One picture, from the bytes as they came to the pixels that a network sees, or the reason why not."""

import hashlib
from contextlib import suppress
from dataclasses import dataclass, replace
from io import BytesIO

import numpy as np
from PIL import Image, ImageOps

from transfer.dataset.corrections_table import is_kept
from transfer.dataset.decoding import REDUCED, decode
from transfer.dataset.jpeg import without_metadata
from transfer.dataset.rejected import Rejected

THUMBNAIL = 64  # pixels, square
JPEG, ORIENTATION = b"\xff\xd8\xff", 274  # how a file begins; a tag of EXIF


@dataclass(frozen=True, slots=True)
class Prepared:
    """A picture as it is stored, and what is known of the original.

    jpeg: size x size pixels, quality 95, no chroma subsampling
    id: 16 hexadecimal digits, a hash that says which picture it is, see `identify`
    sha256: of the original file, hexadecimal
    width, height: of the original, upright, in pixels
    thumbnail: grey uint8 (64, 64), as bytes
    forgiven: reason and detail of why the picture would be set aside, if it were not to be kept
    """

    jpeg: bytes
    id: str
    sha256: str
    width: int
    height: int
    thumbnail: bytes
    forgiven: tuple[str, str] | None = None

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
    image = decode(content, size, min_size, max_pixels)
    small = image.convert("L").resize((THUMBNAIL, THUMBNAIL), Image.Resampling.BOX)
    low, high = small.getextrema()  # takes no time, as all pixels do
    if low == high and all(least == most for least, most in image.getextrema()):
        raise Rejected("blank", f"every pixel is the same: {image.getpixel((0, 0))}")
    return _prepared(content, image, small, size)


def prepare_anyway(content: bytes, size: int) -> Prepared:
    """`prepare` without limits, for a picture that somebody wants to keep; even a blank one.

    Raises Rejected where not all pixels can be had.
    """
    image = decode(content, size)
    small = image.convert("L").resize((THUMBNAIL, THUMBNAIL), Image.Resampling.BOX)
    return _prepared(content, image, small, size)


def _prepared(content: bytes, image: Image.Image, small: Image.Image, size: int) -> Prepared:
    width, height = image.info["original_size"]
    return Prepared(
        jpeg=encode(resize(image, size)),
        id=identify(content, image),
        sha256=hashlib.sha256(content).hexdigest(),
        width=width,
        height=height,
        thumbnail=small.tobytes(),
    )


def identify(content: bytes, image: Image.Image) -> str:
    """A hash of a picture's size and pixels, 16 hexadecimal digits: the same in any format, whatever the metadata.

    Of a picture that `decode` reduces, not all pixels are at hand. There the hash is of what a JPEG holds beside its
    metadata, or of another file as it is: it must not depend on the size that is wanted.

    content: of its file
    image: as from `decode`
    """
    width, height = image.info["original_size"]
    picture = hashlib.sha256(f"{width}x{height}".encode())
    if min(width, height) < REDUCED:
        picture.update(image.tobytes())
    elif content.startswith(JPEG):
        picture.update(f"turned {_orientation(content)}".encode())
        for part in without_metadata(content):
            picture.update(part)
    else:
        picture.update(content)
    return picture.hexdigest()[:16]


def _orientation(content: bytes) -> int:
    """How EXIF says that a picture is to be turned; 1, as it is, where that makes no sense."""
    try:
        return Image.open(BytesIO(content)).getexif().get(ORIENTATION, 1)
    except Exception:  # as many kinds as there are ways to write it wrongly
        return 1


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


def try_prepare(item: tuple[str, bytes], kept: frozenset[str] = frozenset(), **limits: int) -> Outcome:
    """`prepare` for a worker: returns why a picture is set aside, where `prepare` raises.

    item: name, content
    kept: paths of pictures that are prepared in spite of the limits, see `is_kept`
    limits: size, min_size and max_pixels, as for `prepare`
    """
    name, content = item
    try:
        return name, prepare(content, **limits)
    except Rejected as rejected:
        reason = (rejected.reason, rejected.detail)
    if is_kept(name, kept):
        with suppress(Rejected):
            return name, replace(prepare_anyway(content, limits["size"]), forgiven=reason)
    return name, reason
