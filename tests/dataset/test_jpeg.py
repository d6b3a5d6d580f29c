"""JPEG streams: the same pixels as any decoder's where all is well, and no made-up ones where it is not."""

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from tests.dataset.encoded import encoded
from transfer.dataset.decoding import decode
from transfer.dataset.drawn import draw
from transfer.dataset.jpeg import MAX_SCANS, count_scans
from transfer.dataset.pictures import resize
from transfer.dataset.rejected import Rejected

NOISE = np.random.default_rng(0)
PHOTO = Image.fromarray(NOISE.integers(0, 256, (30, 40, 3), dtype=np.uint8)).resize(
    (803, 601), Image.Resampling.BICUBIC
)
END = b"\xff\xd9"


@pytest.mark.parametrize("mode", ["RGB", "L"])
@pytest.mark.parametrize(
    "options",
    [
        {},
        {"quality": 95, "subsampling": 0},
        {"subsampling": 1},
        {"progressive": True},
        {"optimize": True},
        {"restart_marker_rows": 2},
        {"keep_rgb": True},
        {"exif": b"Exif\0\0II*\0\xff\0\0\0"},
    ],
    ids=str,
)
def test_pixels_are_those_of_pillow(mode, options):
    content = encoded(PHOTO.convert(mode), "JPEG", **options)
    assert np.array_equal(decode(content), Image.open(BytesIO(content)).convert("RGB"))


@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"restart_marker_rows": 2}], ids=str)
@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
def test_damage_is_told(mode, options):
    content = encoded(PHOTO.convert(mode), "JPEG", quality=95, **options)
    half = len(content) // 2
    for damaged in (
        content[:half] + END,
        content[:half] + bytes(4096) + content[half + 4096 :],
        content[:half] + NOISE.bytes(4096).replace(b"\xff", b"\0") + content[half + 4096 :],
        content[:half] + content[half + 512 :],
    ):
        with pytest.raises(Rejected, match="damaged"):
            decode(damaged)
    with pytest.raises(Rejected, match="truncated"):
        decode(content[:half])


@pytest.mark.parametrize("options", [{}, {"progressive": True}], ids=str)
def test_bytes_that_belong_to_no_pixel_do_no_harm(options):
    content = encoded(PHOTO, "JPEG", **options)
    expected = np.asarray(decode(content))
    assert content[6:13] == b"JFIF\0\1\1"
    for odd in (
        content[:-2] + b"\x12\x34" + END,  # as cameras leave
        content[:-2] + bytes(500) + END,  # padding
        content + NOISE.bytes(10**5),  # a film
        content[:11] + b"\0\0" + content[13:],  # a revision that never was
    ):
        assert np.array_equal(decode(odd), expected)


def test_scans_are_counted_up_to_the_end_of_the_picture():
    thumbnail = encoded(draw("cats", 0, 0).resize((32, 32)), "JPEG")
    content = encoded(PHOTO, "JPEG", exif=b"Exif\0\0" + thumbnail)
    assert content.count(b"\xff\xda") == 2 and count_scans(content) == 1
    film = b"\xff\xda\0\x02" * 1000
    assert count_scans(content + film) == 1
    assert np.array_equal(decode(content + film), decode(content))
    progressive = encoded(PHOTO, "JPEG", progressive=True)
    assert count_scans(progressive) == progressive.count(b"\xff\xda") > 5
    assert count_scans(progressive[:-2] + film) > MAX_SCANS


@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
@pytest.mark.parametrize("options", [{}, {"progressive": True}], ids=str)
def test_a_large_picture_is_decoded_small_looks_the_same_and_damage_still_shows(mode, options):
    large = PHOTO.resize((12, 9)).resize((1800, 1300), Image.Resampling.BICUBIC)
    content = encoded(large.convert(mode), "JPEG", quality=95, **options)
    whole = decode(content)
    for size, sides in ((100, (225, 163)), (200, (450, 325)), (400, (900, 650)), (500, (1800, 1300))):
        image = decode(content, size)
        assert image.size == sides and image.info["original_size"] == (1800, 1300)
        assert np.abs(np.asarray(resize(image, size), int) - np.asarray(resize(whole, size), int)).mean() < 1.5
    half = len(content) // 2
    with pytest.raises(Rejected, match="damaged"):
        decode(content[:half] + bytes(4096) + content[half + 4096 :], 100)
    with pytest.raises(Rejected, match="truncated"):
        decode(content[:half], 100)


def test_a_picture_that_is_turned_and_large_keeps_the_size_that_it_has_upright():
    exif = Image.Exif()
    exif[0x0112] = 6
    image = decode(encoded(PHOTO.resize((1800, 1300)), "JPEG", exif=exif.tobytes()), 100)
    assert image.size == (163, 225) and image.info["original_size"] == (1300, 1800)


@pytest.mark.parametrize("side", range(1, 18))
def test_small_pictures_keep_all_their_pixels(side):
    assert decode(encoded(PHOTO.resize((side, 40)), "JPEG"), 1).size == (side, 40)
