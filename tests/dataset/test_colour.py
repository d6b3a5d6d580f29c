"""Colours: what a profile means, computed by hand; transparency of every mode on white."""

import numpy as np
import pytest
from PIL import Image, ImageCms

from tests.dataset.encoded import encoded
from tests.dataset.profiles import ADOBE, SRGB, WHITE, grey_profile, ink_profile, rgb_profile, srgb_of_xyz, xyz_of_lab
from transfer.dataset.decoding import decode

COLOURS = np.random.default_rng(0).integers(0, 256, (30, 40, 3), dtype=np.uint8)
GREY = np.arange(256, dtype=np.uint8).reshape(16, 16)


def shown(image, kind="PNG", **options):
    return np.asarray(decode(encoded(image, kind, **options)), float)


@pytest.mark.parametrize("kind", ["PNG", "TIFF", "WEBP"])
def test_an_rgb_profile_is_converted(kind):
    profile, gamma = rgb_profile(ADOBE, 563 / 256), 563 / 256
    options = {"lossless": True} if kind == "WEBP" else {}
    found = shown(Image.fromarray(COLOURS), kind, icc_profile=profile, **options)
    expected = srgb_of_xyz((COLOURS / 255) ** gamma @ ADOBE.T)
    assert np.abs(found - expected).max() < 2
    assert np.abs(found - COLOURS).max() > 20


def test_a_profile_that_spells_srgb_otherwise_changes_nothing():
    for profile in (ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes(), b"nonsense"):
        assert np.array_equal(shown(Image.fromarray(COLOURS), icc_profile=profile), COLOURS)
    assert np.array_equal(shown(Image.fromarray(COLOURS), icc_profile=grey_profile(1.0)), COLOURS)  # of another mode


def test_a_grey_profile_is_converted_and_one_for_colours_on_grey_too():
    linear = (GREY / 255) ** 1.8
    expected = srgb_of_xyz(linear[..., None] * WHITE)
    assert np.abs(shown(Image.fromarray(GREY), icc_profile=grey_profile(1.8)) - expected).max() < 2
    assert np.abs(shown(Image.fromarray(GREY), icc_profile=rgb_profile(SRGB, 1.8)) - expected).max() < 2


def test_transparent_pixels_keep_their_profile():
    image = Image.fromarray(GREY).convert("LA")
    image.putpixel((0, 0), (0, 0))
    found = shown(image, icc_profile=grey_profile(1.8))
    expected = srgb_of_xyz(((GREY / 255) ** 1.8)[..., None] * WHITE)
    expected[0, 0] = 255
    assert np.abs(found - expected).max() < 2


@pytest.mark.parametrize("kind", ["JPEG", "TIFF"])
def test_inks_are_converted_by_their_profile(kind):
    lab = np.random.default_rng(1).integers((30, -30, -30), (90, 30, 30), (2, 2, 2, 2, 3)).astype(float)
    lab[0, 0, 0, 0] = 100, 0, 0  # paper
    for inks in ((0, 0, 0, 0), (1, 0, 0, 0), (0, 1, 1, 0), (1, 1, 1, 1)):
        image = Image.new("CMYK", (32, 32), tuple(255 * ink for ink in inks))
        found = shown(image, kind, icc_profile=ink_profile(lab), **({"quality": 100} if kind == "JPEG" else {}))
        assert np.abs(found[16, 16] - srgb_of_xyz(xyz_of_lab(lab[inks]))).max() < 4
        assert not any(inks) or np.abs(found - shown(image, kind)).max() > 10


def test_lab_is_converted():
    image = Image.new("LAB", (32, 32), (128, 128 + 20, 128 - 30))
    expected = srgb_of_xyz(xyz_of_lab(np.array([128 / 2.55, 20, -30])))
    assert np.abs(shown(image, "TIFF")[0, 0] - expected).max() < 2


@pytest.mark.parametrize("mode", ["LA", "RGBA", "PA", "P", "L", "RGB", "1"])
def test_transparency_of_every_mode_is_laid_on_white(mode):
    """Left half a colour, right half transparent."""
    image = Image.new("L", (40, 40), 0)
    image.paste(255, (20, 0, 40, 40))
    if mode in ("P", "L", "RGB", "1"):
        image = Image.new("RGB", (40, 40), (0, 0, 0))
        image.paste((60, 60, 60), (0, 0, 20, 40))
        image = image.quantize(4) if mode == "P" else image.convert(mode, dither=Image.Dither.NONE)
        left, options = np.asarray(image.convert("RGB"))[0, 0], {"transparency": image.getpixel((30, 0))}
    else:
        image, options, left = _with_alpha(mode), {}, (60, 60, 60)
    if mode == "1":
        image.paste(1, (0, 0, 20, 40))
        left = (255, 255, 255)
    found = shown(image, "TIFF" if mode == "PA" else "PNG", **options)
    assert np.array_equal(found[0, 0], left) and np.array_equal(found[39, 39], (255, 255, 255))


def _with_alpha(mode):
    image = Image.new("RGBA", (40, 40), (0, 0, 0, 0))
    image.paste((60, 60, 60, 255), (0, 0, 20, 40))
    if mode != "PA":
        return image.convert(mode)
    palette = image.convert("RGB").quantize(4).convert("PA")
    palette.putalpha(image.getchannel("A"))
    return palette
