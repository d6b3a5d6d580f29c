"""From the bytes of any picture to upright RGB, or the reason why not."""

import warnings
from contextlib import suppress
from io import BytesIO

from PIL import Image, ImageOps, PngImagePlugin, UnidentifiedImageError

from transfer.dataset.colour import to_srgb
from transfer.dataset.depth import to_eight_bits, unpack_as_stored
from transfer.dataset.extra_formats import open_extra
from transfer.dataset.file_kinds import extra_kind, is_web_page, name_kind
from transfer.dataset.jpeg import MAX_SCANS, count_scans, decode_strictly
from transfer.dataset.picture_header import FORMATS
from transfer.dataset.png import SIGNATURE, scale_transparency, without_texts
from transfer.dataset.png_strips import png_strips
from transfer.dataset.raw_photographs import raw_kind
from transfer.dataset.rejected import Rejected
from transfer.dataset.tiff_strips import tiff_strips

Image.MAX_IMAGE_PIXELS = None  # Pillow's own limit; `max_pixels` below is checked as early
PngImagePlugin.MAX_TEXT_CHUNK = 2**26  # bytes: of colour profiles, too, which may have over a million
WHOLE = 10**8  # pixels; a larger PNG or TIFF is decoded strip by strip
STRIP = 2**23  # pixels of a strip
REDUCED = 1024  # pixels, the shorter side: of a picture with fewer, all pixels are decoded
SPARE = 1.5  # times the size that is wanted: what is left of a reduced picture's shorter side, at least


def decode(content: bytes, size: int = 10**9, min_size: int = 1, max_pixels: int = 10**9) -> Image.Image:
    """Decode a picture: RGB, upright, the first frame of an animation, transparency on white.

    content: of its file, which is read to its end in any case
    size: pixels, what the shorter side will be reduced to afterwards
    min_size: pixels, of the shorter side at least
    max_pixels: width x height at most, checked before anything is decoded
    Returns the picture with info["original_size"], the width and height that it has upright, in pixels: large pictures
    are decoded at half the size, or a quarter, or an eighth, so that time and memory hardly grow with them.
    Raises Rejected.
    """
    if not content:
        raise Rejected("empty", "the file has no bytes")
    if is_web_page(content):
        raise Rejected("html", "a web page saved under a picture's name")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of odd metadata
            image, original = _load(content, size, min_size, max_pixels)
            as_stored = image.size
            with suppress(Exception):  # the pixels are sound even where the metadata makes no sense
                ImageOps.exif_transpose(image, in_place=True)
            is_turned = image.size != as_stored
            image = to_srgb(to_eight_bits(image))
    except (Rejected, ImportError):  # a package that is missing is no fault of the picture's
        raise
    except UnidentifiedImageError:
        raise Rejected("undecodable", name_kind(content)) from None
    except Exception as error:  # whatever a decoder raises means that the input is damaged
        message = " ".join(str(error).split()) or type(error).__name__
        raise Rejected("truncated" if "truncated" in message.lower() else "undecodable", message) from None
    image.info = {"original_size": original[::-1] if is_turned else original}
    return image


def _load(content: bytes, size: int, min_size: int, max_pixels: int) -> tuple[Image.Image, tuple[int, int]]:
    """The picture as it is stored, but reduced if it is large, and its stored size: (width, height)."""

    def check(width: int, height: int) -> None:
        if width * height > max_pixels:
            raise Rejected("too_large", f"{width} x {height} pixels")
        if min(width, height) < min_size:
            raise Rejected("too_small", f"{width} x {height} pixels")

    if kind := extra_kind(content):
        image = open_extra(kind, content, check)
    else:
        content = without_texts(content) if content.startswith(SIGNATURE) else content
        image = Image.open(BytesIO(content), formats=FORMATS)
    check(*image.size)
    if raw := raw_kind(image):
        raise Rejected("undecodable", raw)
    for key in ("xmp", "XML:com.adobe.xmp"):
        image.info.pop(key, None)  # its orientation is one that no browser obeys
    original, factor = image.size, _factor(min(image.size), size)
    if factor > 1 and image.format in ("PNG", "TIFF") and image.width * image.height > WHOLE:
        return _load_in_strips(image, content, factor), original
    if image.format in ("JPEG", "MPO"):
        image = _load_jpeg(image, content, factor)
    elif image.format == "TIFF":
        unpack_as_stored(image)
    elif image.format == "JPEG2000" and factor > 1:
        image.reduce = factor.bit_length() - 1
    image.load()
    if image.format == "PNG":
        _verify_png(content)
        scale_transparency(image, content)
    return _reduced(image, round(factor * image.width / original[0])), original


def _load_in_strips(image: Image.Image, content: bytes, factor: int) -> Image.Image:
    """A PNG or a TIFF, reduced strip by strip, so that memory does not grow with it."""
    width, height = image.size
    rows = max(1, STRIP // width // factor) * factor
    if image.format == "PNG":
        _verify_png(content)
        strips = png_strips(content, rows)
    else:
        strips = tiff_strips(image, content, factor, rows)
    whole, top = None, 0
    for strip in strips:
        small = _reduced(strip, factor)
        if whole is None:
            whole = Image.new(small.mode, (-(-width // factor), -(-height // factor)))
            whole.info = small.info
        whole.paste(small, (0, top))
        top += small.height
    return whole


def _verify_png(content: bytes) -> None:
    """Its checksums, which load() ignores."""
    Image.open(BytesIO(content), formats=["PNG"]).verify()


def _load_jpeg(image: Image.Image, content: bytes, factor: int) -> Image.Image:
    """The picture, loaded: by a decoder that tells of damage, if that can read it."""
    if count_scans(content) > MAX_SCANS:
        raise Rejected("undecodable", f"a JPEG in more than {MAX_SCANS} scans")
    mode = {"L": "GRAY", "RGB": "RGB"}.get(image.mode)
    least = -(-min(image.size) // factor) if factor > 1 else 0
    pixels = decode_strictly(content, mode or "CMYK", least if mode else 1)
    if mode and pixels is not None:
        loaded = Image.fromarray(pixels.squeeze(-1) if mode == "GRAY" else pixels)
        loaded.info = image.info
        return loaded
    if factor > 1:
        image.draft(None, tuple(side // factor for side in image.size))
    return image


def _factor(side: int, size: int) -> int:
    """By what the sides of a picture are divided, 1, 2, 4 or 8: by JPEG's own steps, which cost next to nothing.

    side: the shorter one, pixels
    size: what it will be reduced to, pixels
    """
    fitting = [factor for factor in (2, 4, 8) if side >= REDUCED and side >= SPARE * factor * size]
    return max(fitting, default=1)


def _reduced(image: Image.Image, factor: int) -> Image.Image:
    """The picture with its sides divided by what its decoder has left of the factor."""
    if factor <= 1:
        return image
    info = image.info
    image = to_eight_bits(image)
    if image.mode not in ("L", "RGB", "RGBA", "CMYK") or "transparency" in info:  # which cannot be averaged as it is
        image, info = to_srgb(image), {"exif": info["exif"]} if "exif" in info else {}
    reduced = image.reduce(factor)
    reduced.info = info
    return reduced
