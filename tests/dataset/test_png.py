"""PNG files written chunk by chunk: long texts, and transparency in every depth."""

import struct
import zlib

import numpy as np
import pytest
from PIL import Image, ImageCms

from tests.dataset.encoded import encoded
from transfer.dataset.decoding import decode
from transfer.dataset.png import SIGNATURE, without_texts
from transfer.dataset.rejected import Rejected

RAMP = np.arange(64 * 64).reshape(64, 64)


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(rows: list[bytes], bits: int, colour: int, *extra: bytes, width: int = 64) -> bytes:
    header = struct.pack(">IIBBBBB", width, len(rows), bits, colour, 0, 0, 0)
    pixels = zlib.compress(b"".join(b"\0" + row for row in rows))
    return SIGNATURE + chunk(b"IHDR", header) + b"".join(extra) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    "gamma, power", [(1.0, 1 / 2.2), (0.55556, 1 / 1.22223), (0.3, 1 / 0.66), (0.45455, 1), (0, 1)]
)
@pytest.mark.parametrize("colour, bits, channels", [(0, 8, 1), (2, 8, 3), (4, 8, 2), (6, 8, 4), (0, 16, 1), (3, 8, 1)])
def test_the_gamma_that_a_file_names_counts(gamma, power, colour, bits, channels):
    """As in browsers, which raise values to 1 / (2.2 x gamma) where neither a profile nor sRGB is named."""
    grey = (RAMP // 16).astype(np.uint8)
    values = np.repeat(grey[..., None], channels, -1)
    if channels in (2, 4):
        values[..., -1] = 255
    stored = values.astype(">u2") * 257 if bits == 16 else values
    palette = [chunk(b"PLTE", bytes(value for index in range(256) for value in [index] * 3))] if colour == 3 else []
    named = chunk(b"gAMA", struct.pack(">I", round(gamma * 1e5)))
    rows = [row.astype(stored.dtype.newbyteorder(">")).tobytes() for row in stored]
    found = np.asarray(decode(png(rows, bits, colour, named, *palette)), int)
    assert np.abs(found - 255 * (grey[..., None] / 255) ** power).max() <= 0.51
    overruled = chunk(b"sRGB", b"\0")
    assert np.array_equal(
        decode(png(rows, bits, colour, overruled, named, *palette)), np.repeat(grey[..., None], 3, -1)
    )


def test_long_texts_do_not_cost_the_picture():
    grey = (RAMP // 16).astype(np.uint8)
    text = chunk(b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + zlib.compress(b"x" * 2**21))
    more = [chunk(b"zTXt", b"a\0\0" + zlib.compress(b"y" * 2**21)), chunk(b"tEXt", b"b\0z")]
    content = png([row.tobytes() for row in grey], 8, 0, text, *more)
    assert np.array_equal(np.asarray(decode(content))[..., 0], grey)
    plain = png([row.tobytes() for row in grey], 8, 0)
    assert without_texts(content) == plain and without_texts(plain) is plain


def test_a_profile_of_over_a_million_bytes_does_not_cost_the_picture():
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes() + bytes(2**21)
    content = encoded(Image.new("RGB", (9, 9), "teal"), icc_profile=profile)
    assert decode(content).getpixel((0, 0)) == (0, 128, 128)


@pytest.mark.parametrize("cut", range(40, 200, 7))
def test_texts_cut_short_raise_nothing_else(cut):
    content = png([bytes(64)] * 64, 8, 0, chunk(b"tEXt", b"a\0b"))
    with pytest.raises(Rejected):
        decode(content[: -len(content) * cut // 200])


@pytest.mark.parametrize("bits", [1, 2, 4, 8, 16])
def test_grey_of_any_depth_that_is_transparent_is_white(bits):
    values = RAMP % 2**bits if bits < 16 else RAMP * 16
    packed = {
        16: values.astype(">u2"),
        8: values.astype(np.uint8),
    }.get(bits)
    if packed is None:
        separate = (values[..., None] >> np.arange(bits - 1, -1, -1) & 1).astype(np.uint8)
        packed = np.packbits(separate.reshape(64, -1), axis=1)
    transparent = 1 if bits < 16 else 256
    content = png([row.tobytes() for row in packed], bits, 0, chunk(b"tRNS", struct.pack(">H", transparent)))
    expected = np.where(values == transparent, 255, np.round(values * 255 / (2**bits - 1)))
    assert (values == transparent).sum() in (1, 64 * 64 // 2**bits)
    assert np.abs(np.asarray(decode(content), int)[..., 0] - expected).max() <= 0


def test_a_transparent_colour_of_sixteen_bits_is_white():
    colours = np.stack([RAMP * 16, 65535 - RAMP * 16, RAMP * 8], -1)
    key = colours[20, 30]
    rows = [row.tobytes() for row in colours.astype(">u2")]
    found = np.asarray(decode(png(rows, 16, 2, chunk(b"tRNS", struct.pack(">3H", *key)))))
    assert found[20, 30].tolist() == [255, 255, 255]
    others = np.abs(found - (colours >> 8)).max(-1)
    assert (others > 0).sum() < 32  # those of the same upper 8 bits
