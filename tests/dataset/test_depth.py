"""More than 8 bits, signed and floating-point values: as a viewer shows them, or set aside."""

import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from tests.dataset.encoded import encoded
from transfer.dataset.decoding import decode
from transfer.dataset.pictures import try_prepare
from transfer.dataset.rejected import Rejected

GREY = np.linspace(0, 255, 80 * 60).reshape(60, 80).round().astype(np.uint8)


def tiff(
    values: np.ndarray, photometric: int = 1, order: str = "<", tags: tuple = (), compressed: bool = False
) -> bytes:
    """A TIFF of one strip, written by hand. values: (h, w) or (h, w, n); tags: (tag, type, values)."""
    height, width, *channels = values.shape
    n, data = channels[0] if channels else 1, values.astype(values.dtype.newbyteorder(order)).tobytes()
    data = zlib.compress(data) if compressed else data
    sample_format = {"u": 1, "i": 2, "f": 3}[values.dtype.kind]
    entries = [
        (256, "H", [width]),
        (257, "H", [height]),
        (258, "H", [8 * values.dtype.itemsize] * n),
        (259, "H", [8 if compressed else 1]),
    ]
    entries += [(262, "H", [photometric]), (273, "I", [8]), (277, "H", [n]), (278, "H", [height])]
    entries += [(279, "I", [len(data)]), (339, "H", [sample_format] * n), *tags]
    start = b"II*\0" if order == "<" else b"MM\0*"
    first = 8 + len(data)
    return start + struct.pack(order + "I", first) + data + directory(entries, first, order)


def directory(entries: list[tuple], at: int, order: str) -> bytes:
    """A TIFF's directory that starts at a position. entries: (tag, type, values)."""
    end, extra = at + 2 + 12 * len(entries) + 4, b""
    packed = struct.pack(order + "H", len(entries))
    for tag, kind, numbers in sorted(entries, key=lambda entry: entry[0]):
        content = struct.pack(f"{order}{len(numbers)}{kind}", *numbers)
        if len(content) > 4:
            content, extra = struct.pack(order + "I", end + len(extra)), extra + content
        packed += struct.pack(order + "HHI", tag, {"H": 3, "I": 4, "h": 8, "f": 11}[kind], len(numbers))
        packed += content.ljust(4, b"\0")
    return packed + struct.pack(order + "I", 0) + extra


def error(content: bytes, expected: np.ndarray = GREY) -> int:
    """The largest difference of any pixel from grey that is known."""
    return np.abs(np.asarray(decode(content), int) - expected.astype(int)[..., None]).max()


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("bits", [8, 10, 12, 14, 16])
def test_bits_in_sixteen(bits, order):
    values = np.round(GREY / 255 * (2**bits - 1)).astype(np.uint16)
    assert error(tiff(values, order=order)) <= 1


@pytest.mark.parametrize("compressed", [False, True])
@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("bits", [8, 12, 16])
def test_white_is_zero(bits, order, compressed):
    values = np.round(GREY / 255 * (2**bits - 1)).astype(np.uint16 if bits > 8 else np.uint8)
    assert error(tiff((2**bits - 1) - values, 0, order, compressed=compressed)) <= 1


@pytest.mark.parametrize("compressed", [False, True])
@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("kind, white", [("u2", 65535), ("i2", 32767), ("u4", 2**32 - 1), ("i4", 2**31 - 1), ("f4", 1)])
def test_any_kind_of_number_in_any_order_of_bytes(kind, white, order, compressed):
    values = GREY / 255 * (white if kind == "f4" else white - 100)  # whose bytes mean less in another order
    values = (values if kind == "f4" else np.round(values)).astype(kind)
    assert error(tiff(values, 1, order, compressed=compressed)) <= 1
    if kind in ("i2", "f4"):
        assert error(tiff(white - values, 0, order, compressed=compressed)) <= 1


@pytest.mark.parametrize("compressed", [False, True])
@pytest.mark.parametrize("order", ["<", ">"])
def test_colours_of_sixteen_bits_in_any_order_of_bytes(order, compressed):
    colours = np.stack([GREY, 255 - GREY, GREY // 2], -1)
    assert np.array_equal(decode(tiff(colours.astype(np.uint16) * 257, 2, order, compressed=compressed)), colours)


@pytest.mark.parametrize("order", ["<", ">"])
def test_colours_of_sixteen_bits_in_planes(order):
    """One plane after the other, uncompressed, as microscopes write them."""
    colours = np.stack([GREY, 255 - GREY, GREY // 2], axis=-1)
    planes = (colours.transpose(2, 0, 1).astype(np.uint16) * 257).reshape(-1, GREY.shape[1])
    size = planes.nbytes // 3
    data = planes.astype(planes.dtype.newbyteorder(order)).tobytes()
    entries = [(256, "H", [80]), (257, "H", [60]), (258, "H", [16] * 3), (259, "H", [1]), (262, "H", [2])]
    entries += [(273, "I", [8, 8 + size, 8 + 2 * size]), (277, "H", [3]), (278, "H", [60]), (279, "I", [size] * 3)]
    entries += [(284, "H", [2])]
    start = b"II*\0" if order == "<" else b"MM\0*"
    first = 8 + len(data)
    content = start + struct.pack(order + "I", first) + data + directory(entries, first, order)
    assert np.abs(np.asarray(decode(content), int) - colours).max() <= 1


def test_the_range_that_a_file_names_counts():
    values = np.round(GREY / 255 * 3000 + 500).astype(np.uint16)
    assert error(tiff(values, tags=((280, "H", [500]), (281, "H", [3500])))) <= 1
    assert error(tiff(values.astype(np.int16) - 1000, tags=((340, "h", [-500]), (341, "h", [2500])))) <= 1


def test_a_palette_of_eight_bits_where_there_should_be_sixteen():
    palette = [*range(255, -1, -1)] * 3
    assert error(tiff(GREY, photometric=3, tags=((320, "H", palette),)), 255 - GREY) == 0
    for times in (4, 16, 257):  # 10, 12 and 16 bits
        tags = ((320, "H", [round(times * value) for value in palette]),)
        assert error(tiff(GREY, photometric=3, tags=tags), 255 - GREY) <= (times != 257)


def test_signed_values_that_are_not_negative():
    assert error(tiff(GREY.astype(np.int16) * 16)) <= 1
    assert error(tiff((GREY // 2).astype(np.int8)), GREY // 2) == 0
    assert error(tiff(GREY.astype(np.uint32) * 16843009)) <= 1  # 32 bits without a sign


@pytest.mark.parametrize("white", [1, 255, 4095, 65535])
def test_floating_point(white):
    assert error(tiff((GREY / 255 * white).astype(np.float32))) <= 1
    assert error(tiff((GREY / 255 * white * 1.003).astype(np.float32))) <= 1  # as resampling overshoots


@pytest.mark.parametrize(
    "values",
    [
        GREY.astype(np.int16) - 100,
        GREY.astype(np.int8),
        GREY.astype(np.float32) - 1,
        GREY.astype(np.float32) * 1000,
        GREY.astype(np.float32) / 255 / 20,
        GREY.astype(np.int32) * 100_000,
        np.stack([GREY.astype(np.uint16) * 16] * 3, -1),  # 12 bits of 16 in colour: what is read has 4
    ],
    ids=[
        "negative",
        "negative in 8 bits",
        "negative float",
        "large float",
        "dark float",
        "few bits of 32",
        "12 bits in colour",
    ],
)
def test_values_that_do_not_tell_how_bright_they_are_are_set_aside(values):
    with pytest.raises(Rejected, match="unknown_range.*save it with 8 bits a channel"):
        decode(tiff(values, photometric=2 if values.ndim == 3 else 1))


def test_a_picture_of_one_value_is_blank():
    for content in (tiff(np.full((60, 80), 7, np.uint16)), encoded(Image.new("RGB", (80, 60), "navy"))):
        outcome = try_prepare(("cats/a.jpg", content), size=64, min_size=32, max_pixels=10**6)[1]
        assert outcome[0] == "blank"
    almost = Image.new("RGB", (80, 60), "navy")
    almost.putpixel((3, 3), (0, 0, 129))
    assert not isinstance(try_prepare(("a", encoded(almost)), size=64, min_size=32, max_pixels=10**6)[1], tuple)
