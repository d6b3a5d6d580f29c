"""Very large PNGs and TIFFs, decoded strip by strip: the same pixels as in one go, damage told, or a clear reason."""

import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from tests.dataset.encoded import encoded
from tests.dataset.test_depth import directory
from transfer.dataset import decoding
from transfer.dataset.decoding import decode
from transfer.dataset.rejected import Rejected

NOISE = np.random.default_rng(0)
COLOURS = Image.fromarray(NOISE.integers(0, 256, (13, 19, 3), dtype=np.uint8)).resize((1603, 1101))
SIZE = 180  # of 1101 rows: a quarter is decoded


@pytest.fixture(autouse=True)
def small(monkeypatch):
    monkeypatch.setattr(decoding, "STRIP", 100_000)


def in_strips(content: bytes, monkeypatch) -> np.ndarray:
    monkeypatch.setattr(decoding, "WHOLE", 10**6)
    image = decode(content, SIZE)
    assert image.info["original_size"] == COLOURS.size
    return np.asarray(image)


@pytest.mark.parametrize("mode", ["RGB", "L", "P", "RGBA", "LA"])
def test_a_png(mode, monkeypatch):
    image = COLOURS.convert(mode)
    if "A" in mode:
        image.putalpha(COLOURS.getchannel("G"))
    content = encoded(image)
    assert decode(content, SIZE).size == (401, 276)
    assert np.array_equal(decode(content, SIZE), in_strips(content, monkeypatch))
    with pytest.raises(Rejected):
        decode(content[: len(content) // 2], SIZE)
    damaged = bytearray(content)
    damaged[len(content) // 2] ^= 1
    with pytest.raises(Rejected):
        decode(bytes(damaged), SIZE)


@pytest.mark.parametrize("mode", ["RGB", "L", "P", "CMYK"])
@pytest.mark.parametrize("compression", ["raw", "tiff_lzw", "tiff_adobe_deflate", "packbits"])
def test_a_tiff(mode, compression, monkeypatch):
    content = encoded(COLOURS.convert(mode), "TIFF", compression=compression, strip_size=20_000)
    assert np.array_equal(decode(content, SIZE), in_strips(content, monkeypatch))
    with pytest.raises(Rejected):
        decode(content[: len(content) // 2], SIZE)


def test_a_jpeg_inside_a_tiff(monkeypatch):
    content = encoded(COLOURS, "TIFF", compression="jpeg", quality=95, strip_size=100_000)
    found, expected = in_strips(content, monkeypatch).astype(int), np.asarray(COLOURS.reduce(4), int)
    assert np.abs(found - expected).mean() < 3


@pytest.mark.parametrize("order", ["<", ">"])
def test_tiles(order, monkeypatch):
    """Of 64 x 48 pixels, each packed by itself, in any order of bytes."""
    pixels = np.pad(np.asarray(COLOURS), ((0, 3), (0, 61), (0, 0)))  # to whole tiles
    tiles = [
        zlib.compress(pixels[top : top + 48, left : left + 64].tobytes())
        for top in range(0, 1101, 48)
        for left in range(0, 1603, 64)
    ]
    at = 8 + np.cumsum([0, *map(len, tiles)])
    entries = [(256, "I", [1603]), (257, "I", [1101]), (258, "H", [8] * 3), (259, "H", [8]), (262, "H", [2])]
    entries += [
        (277, "H", [3]),
        (322, "I", [64]),
        (323, "I", [48]),
        (324, "I", at[:-1]),
        (325, "I", [*map(len, tiles)]),
    ]
    content = b"".join([b"II*\0" if order == "<" else b"MM\0*", struct.pack(order + "I", at[-1]), *tiles])
    content += directory(entries, len(content), order)
    assert np.array_equal(decode(content), COLOURS)
    assert np.array_equal(decode(content, SIZE), in_strips(content, monkeypatch))


@pytest.mark.parametrize(
    "content",
    [
        encoded(COLOURS, "TIFF", compression="tiff_lzw", strip_size=10**8),
        encoded(COLOURS, "TIFF", tiffinfo={274: 6}),
        encoded(Image.fromarray(NOISE.integers(0, 65536, (1101, 1603), dtype=np.uint16)), "PNG"),
        encoded(Image.fromarray(NOISE.integers(0, 65536, (1101, 1603), dtype=np.uint16)), "TIFF"),
    ],
    ids=["one strip", "turned", "16 bits", "TIFF of 16 bits"],
)
def test_what_cannot_be_cut_is_set_aside_with_its_reason(content, monkeypatch):
    assert decode(content, SIZE)
    monkeypatch.setattr(decoding, "WHOLE", 10**6)
    with pytest.raises(Rejected, match=r"in_one_piece: \d+ x \d+ pixels in a (PNG|TIFF) that is"):
        decode(content, SIZE)
