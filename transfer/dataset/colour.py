"""Colours as a browser shows them: sRGB, by the profile that a picture brings along, on white."""

from functools import cache, lru_cache
from io import BytesIO

import numpy as np
from PIL import Image, ImageCms

MODE_OF = {"GRAY": "L", "RGB": "RGB", "CMYK": "CMYK", "Lab": "LAB"}  # by the colour space of a profile
SEEN = 3  # of 255: a profile that changes no colour by more is one of the many spellings of sRGB
DISPLAY = 2.2  # the gamma of screens, as browsers take it for a PNG that names its own
SAME_GAMMA = 0.05  # of gamma x DISPLAY, from 1: libpng's threshold below which nothing changes
GREY = {"1": "L", "L": "L", "LA": "L", "La": "L"}


def to_srgb(image: Image.Image) -> Image.Image:
    """A picture as RGB in sRGB, with transparency on white.

    image: in a mode of 8 bits a channel or fewer, with its profile, if any, as info["icc_profile"], and a PNG's gamma,
        which a profile or the mark of sRGB overrule, as info["gamma"]
    """
    profile, alpha = image.info.get("icc_profile"), None
    gamma = 0 if profile or "srgb" in image.info else image.info.get("gamma", 0)
    if image.has_transparency_data:
        with_alpha = image.convert("RGBA")
        alpha = with_alpha.getchannel("A")
        image = image.convert(GREY[image.mode]) if image.mode in GREY else with_alpha.convert("RGB")
    colours = _converted(image, profile) if profile or image.mode == "LAB" else image
    colours = colours if colours.mode == "RGB" else colours.convert("RGB")
    if gamma > 0 and abs(gamma * DISPLAY - 1) > SAME_GAMMA:
        colours = colours.point([round(255 * (value / 255) ** (1 / (gamma * DISPLAY))) for value in range(256)] * 3)
    if alpha is None:
        return colours
    colours.putalpha(alpha)
    return Image.alpha_composite(Image.new("RGBA", colours.size, "white"), colours).convert("RGB")


def _converted(image: Image.Image, profile: bytes | None) -> Image.Image:
    """By the profile, if it is for such a picture and changes anything."""
    if image.mode not in MODE_OF.values():
        image = image.convert(GREY.get(image.mode, "RGB"))
    for mode in dict.fromkeys((image.mode, "RGB")):  # grey pictures may have a profile for colours
        if transform := _transform(profile, mode):
            return ImageCms.applyTransform(image if image.mode == mode else image.convert(mode), transform)
    return image


@cache
def _srgb() -> ImageCms.ImageCmsProfile:
    """Said to be of version 2: towards one of version 4, LittleCMS moves blacks, which no browser does."""
    content = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    content[8] = 2
    return ImageCms.ImageCmsProfile(BytesIO(content))


@lru_cache(maxsize=16)  # most pictures of a folder have the same few
def _transform(profile: bytes | None, mode: str) -> ImageCms.ImageCmsTransform | None:
    """From a profile to sRGB; None if it is for another mode, makes no sense, or changes no colour visibly.

    profile: None: the CIE's Lab
    """
    try:
        source = ImageCms.ImageCmsProfile(BytesIO(profile)) if profile else ImageCms.createProfile("LAB")
        source = source if isinstance(source, ImageCms.ImageCmsProfile) else ImageCms.ImageCmsProfile(source)
        if MODE_OF.get(source.profile.xcolor_space.strip()) != mode:
            return None
        transform = ImageCms.buildTransform(source, _srgb(), mode, "RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        return None
    steps = np.arange(0, 256, 17, np.uint8)
    channels = {"L": 1, "RGB": 3}.get(mode)
    if channels is None:
        return transform
    colours = np.stack(np.meshgrid(*[steps] * channels), -1).reshape(1, -1, channels)
    before = Image.fromarray(colours.squeeze(-1) if channels == 1 else colours)
    change = np.asarray(ImageCms.applyTransform(before, transform), int) - np.asarray(before.convert("RGB"), int)
    return transform if np.abs(change).max() > SEEN else None
