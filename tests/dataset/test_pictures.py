"""One picture: every kind that decodes gives upright RGB, every kind that does not gives its reason."""

import random
import time
from io import BytesIO

import numpy as np
import pytest
from PIL import Image, ImageFile

from tests.dataset.encoded import encoded
from transfer.dataset.drawn import draw
from transfer.dataset.pictures import Prepared, Rejected, decode, encode, prepare, resize, try_prepare

LIMITS = {"size": 64, "min_size": 32, "max_pixels": 10**6}

GRADIENT = Image.fromarray(np.linspace(0, 255, 80 * 60).reshape(60, 80).astype(np.uint8))
COLOUR = draw("cats", 0, 0)


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "RGB", "RGBA", "CMYK", "YCbCr"])
def test_every_mode_becomes_rgb(mode):
    kind = "TIFF" if mode in ("CMYK", "YCbCr") else "PNG"
    image = decode(encoded(COLOUR.convert(mode), kind))
    assert image.mode == "RGB" and image.size == COLOUR.size
    if mode in ("RGB", "RGBA", "LA", "L"):
        assert np.array_equal(image, COLOUR.convert("L" if "L" in mode else "RGB").convert("RGB"))


def test_sixteen_bits_are_scaled_not_clipped():
    deep = Image.fromarray(np.asarray(GRADIENT, np.uint16) * 257)
    assert np.array_equal(decode(encoded(deep)), GRADIENT.convert("RGB"))
    night = Image.fromarray(np.asarray(GRADIENT, np.uint16))  # the darkest 256 of 65,536 shades
    assert np.asarray(decode(encoded(night))).max() == 1


@pytest.mark.parametrize("scale", [1.0, 255.0])
def test_floating_point_is_scaled_not_clipped(scale):
    pixels = np.asarray(GRADIENT, np.float32) / 255 * scale
    assert np.array_equal(decode(encoded(Image.fromarray(pixels), "TIFF")), GRADIENT.convert("RGB"))
    pixels[0, 0] = np.nan
    assert np.asarray(decode(encoded(Image.fromarray(pixels), "TIFF")))[0, 0].tolist() == [0, 0, 0]


def test_transparency_is_laid_on_white():
    clear = Image.new("RGBA", (40, 40), (0, 0, 0, 0))
    assert np.all(np.asarray(decode(encoded(clear))) == 255)
    palette = Image.new("RGB", (40, 40), "navy").quantize(2)
    assert np.all(np.asarray(decode(encoded(palette, transparency=palette.getpixel((0, 0))))) == 255)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_orientation_is_applied(orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    image = decode(encoded(GRADIENT, "PNG", exif=exif))
    assert image.size == ((60, 80) if orientation >= 5 else (80, 60))
    turned = {1: [], 3: [Image.Transpose.ROTATE_180], 6: [Image.Transpose.ROTATE_270], 8: [Image.Transpose.ROTATE_90]}
    if orientation in turned:
        expected = GRADIENT
        for step in turned[orientation]:
            expected = expected.transpose(step)
        assert np.array_equal(image, expected.convert("RGB"))


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG", "TIFF"])
def test_the_first_frame_of_an_animation(kind):
    frames = [Image.new("RGB", (40, 40), colour) for colour in ("red", "blue")]
    image = decode(encoded(frames[0], kind, save_all=True, append_images=frames[1:]))
    red, _, blue = np.asarray(image)[20, 20]
    assert red > 200 and blue < 60


def test_metadata_that_makes_no_sense_does_not_cost_the_picture():
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "a camera"
    exif[0x8825] = {1: "N"}
    sound, rng = exif.tobytes(), random.Random(1)
    for _ in range(500):
        damaged = bytearray(sound)
        for _ in range(rng.choice([1, 3, 8])):
            damaged[rng.randrange(6, len(damaged))] = rng.randrange(256)
        image = decode(encoded(GRADIENT, "JPEG", exif=bytes(damaged)))
        assert sorted(image.size) == [60, 80]


def test_the_extension_does_not_matter():
    assert decode(encoded(COLOUR, "BMP")).size == COLOUR.size


@pytest.mark.parametrize(
    "content, reason",
    [
        (b"", "empty"),
        (b"<!DOCTYPE html><p>quota exceeded", "html"),
        (b"\n <HTML>", "html"),
        (b"\xef\xbb\xbf<html>", "html"),
        (b"not a picture", "undecodable"),
        (encoded(COLOUR, "JPEG")[:3000], "truncated"),
        (encoded(COLOUR, "PNG")[:3000], "truncated"),
        (encoded(Image.new("RGB", (200, 31))), "too_small"),
        (encoded(Image.new("1", (2000, 501))), "too_large"),
        (encoded(Image.new("1", (20_000, 10_001))), "too_large"),  # a bomb by Pillow's own limit
        (encoded(COLOUR, "EPS"), "undecodable"),
    ],
)
def test_what_is_set_aside_has_its_reason(content, reason):
    with pytest.raises(Rejected) as caught:
        prepare(content, **LIMITS)
    assert caught.value.reason == reason and caught.value.detail
    assert try_prepare(("cats/a.jpg", content), **LIMITS)[1][0] == reason


def test_a_bomb_is_refused_before_it_is_decoded(monkeypatch):
    content = encoded(Image.new("1", (11_000, 11_000)))
    monkeypatch.setattr(ImageFile.ImageFile, "load", lambda image: pytest.fail("it was decoded"))
    with pytest.raises(Rejected, match="too_large"):
        decode(content, max_pixels=10**8)


def test_no_other_program_is_run(monkeypatch):
    monkeypatch.setattr("subprocess.Popen", lambda *_, **__: pytest.fail("a program was started"))
    monkeypatch.setattr("shutil.which", lambda name, *_, **__: f"/usr/bin/{name}")
    with pytest.raises(Rejected, match="PostScript"):
        decode(encoded(COLOUR, "EPS"))


def test_a_jpeg_of_endless_scans_is_refused_before_it_is_decoded():
    content = encoded(Image.new("L", (900, 900), 128), "JPEG", progressive=True)
    assert decode(content).size == (900, 900)
    again = content[content.rindex(b"\xff\xda") : -2]
    with pytest.raises(Rejected, match="scans"):
        decode(content[:-2] + 1000 * again + content[-2:])


def test_what_is_learnt_of_a_picture():
    content = encoded(COLOUR, "PNG")
    one, other = prepare(content, **LIMITS), prepare(encoded(COLOUR, "BMP"), **LIMITS)
    assert (one.width, one.height) == COLOUR.size
    assert one.id == other.id and one.sha256 != other.sha256  # the same pixels in another file
    assert one.jpeg == other.jpeg
    stored = Image.open(BytesIO(one.jpeg))
    assert stored.size == (64, 64) and stored.mode == "RGB"
    assert len(one.thumbnail) == 64 * 64
    assert prepare(encoded(draw("cats", 1, 0)), **LIMITS).id != one.id


def test_resize_keeps_the_aspect_and_the_centre():
    wide = Image.new("RGB", (300, 100), "red")
    wide.paste("blue", (100, 0, 200, 100))
    assert np.all(np.asarray(resize(wide, 50))[:, 3:-3] == (0, 0, 255))


def test_encoding_is_all_but_lossless():
    error = np.asarray(decode(encode(COLOUR)), float) - np.asarray(COLOUR)
    assert np.abs(error).mean() < 2.5


@pytest.mark.slow
def test_two_thousand_mutations_neither_crash_nor_hang():
    rng = random.Random(0)
    sources = [encoded(COLOUR, "JPEG"), encoded(COLOUR.resize((120, 90)), "PNG")]
    outcomes = {"accepted": 0, "rejected": 0}
    for number in range(2000):
        content = bytearray(sources[number % 2])
        for _ in range(rng.choice([1, 3, 20])):
            if len(content) < 2:
                break
            at = rng.randrange(len(content))
            change = rng.randrange(4)
            if change == 0:
                content[at] = rng.randrange(256)
            elif change == 1:
                del content[at : at + rng.randrange(1, 400)]
            elif change == 2:
                content[at:at] = rng.randbytes(rng.randrange(1, 100))
            else:
                content = content[: max(at, 1)]
        start = time.monotonic()
        outcome = try_prepare(("cats/x.jpg", bytes(content)), **LIMITS)[1]
        assert time.monotonic() - start < 2
        if isinstance(outcome, Prepared):
            outcomes["accepted"] += 1
            assert Image.open(BytesIO(outcome.jpeg)).size == (64, 64)
        else:
            outcomes["rejected"] += 1
            assert outcome[0] in {"damaged", "empty", "html", "undecodable", "truncated", "too_small", "too_large"}
    assert min(outcomes.values()) > 100, outcomes


def test_a_png_with_a_bit_flipped_is_never_taken_for_another_picture():
    sound, rng = encoded(COLOUR.resize((60, 50))), random.Random(0)
    expected, accepted = np.asarray(decode(sound)), 0
    for _ in range(1000):
        content = bytearray(sound)
        content[rng.randrange(8, len(content))] ^= 1 << rng.randrange(8)
        try:
            assert np.array_equal(decode(bytes(content)), expected)
            accepted += 1
        except Rejected:
            pass
    assert accepted < 50


@pytest.mark.parametrize("cut", [20, 100, 5000])
def test_a_png_cut_short_is_never_accepted(cut):
    with pytest.raises(Rejected):
        decode(encoded(COLOUR, "PNG")[: -12 - cut])


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF"])
def test_the_id_of_a_large_picture_does_not_hang_on_the_size_that_is_wanted(kind):
    """Else models for pictures of two sizes could not be compared, and validation would have other pictures."""
    content = encoded(COLOUR.resize((3000, 2200), Image.Resampling.BICUBIC), kind)
    ids = {prepare(content, size=size, min_size=1, max_pixels=10**7).id for size in (64, 224, 1024)}
    assert len(ids) == 1


def test_a_large_picture_that_is_turned_or_changed_is_another():
    large = COLOUR.resize((1600, 1200), Image.Resampling.BICUBIC)
    exif = Image.Exif()
    exif[0x0112] = 3
    files = [encoded(large, "JPEG"), encoded(large, "JPEG", exif=exif), encoded(large, "JPEG", quality=90)]
    assert len({prepare(content, **LIMITS | {"max_pixels": 10**7}).id for content in files}) == 3


def test_a_large_picture_has_one_id_whatever_its_metadata_and_no_pixel_more_than_are_needed():
    large = COLOUR.resize((1600, 1200), Image.Resampling.BICUBIC)
    limits = LIMITS | {"max_pixels": 10**7}
    plain, noted = (prepare(encoded(large, "JPEG", comment=comment), **limits) for comment in (b"", b"a note"))
    assert plain.id == noted.id and plain.sha256 != noted.sha256 and (plain.width, plain.height) == (1600, 1200)
    lossless = prepare(encoded(large, "PNG"), **limits)
    assert np.abs(plain.pixels().astype(int) - lossless.pixels().astype(int)).mean() < 2
    assert decode(encoded(large), 64).size == (200, 150)
