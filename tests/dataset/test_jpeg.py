"""JPEG streams: the same pixels as any decoder's where all is well, and no made-up ones where it is not."""

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from tests.dataset.encoded import encoded
from transfer.dataset.decoding import decode
from transfer.dataset.drawn import draw
from transfer.dataset.jpeg import MAX_SCANS, count_scans
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
