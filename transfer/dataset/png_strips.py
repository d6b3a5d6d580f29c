"""A very large PNG as strips, from the top down, each of which Pillow decodes by itself."""

import struct
import zlib
from collections.abc import Iterator
from io import BytesIO

from PIL import Image

from transfer.dataset.png import SIGNATURE, chunks
from transfer.dataset.rejected import Rejected

CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # by the colour type
PIECE = 2**16  # bytes of the stream that are unpacked at a time


def png_strips(content: bytes, rows: int) -> Iterator[Image.Image]:
    """Strips of so many rows, loaded; the last one has what is left.

    Rows are stored as differences from the one before, so that a strip gets that one, decoded, to start from.
    Raises Rejected for a PNG that cannot be cut, interlaced or of other than 8 bits a channel, and if rows are missing.
    """
    width, height, bits, colour, *_, interlaced = struct.unpack(">IIBBBBB", content[16:29])
    if interlaced or bits != 8 or colour not in CHANNELS:
        raise Rejected(
            "in_one_piece", f"{width} x {height} pixels in a PNG that is interlaced or not of 8 bits a channel"
        )
    parts = list(chunks(content))
    about = b"".join(content[start:end] for kind, start, end in parts[1:] if kind not in (b"IDAT", b"IEND"))
    stream = _Stream(content, [(start + 8, end - 4) for kind, start, end in parts if kind == b"IDAT"])
    before = b""
    for top in range(0, height, rows):
        count = min(rows, height - top)
        data = before + stream.read(count * (1 + width * CHANNELS[colour]))
        header = struct.pack(">IIBBBBB", width, count + bool(before), bits, colour, 0, 0, 0)
        made = SIGNATURE + _chunk(b"IHDR", header) + about + _chunk(b"IDAT", zlib.compress(data, 0))
        image = Image.open(BytesIO(made + _chunk(b"IEND", b"")), formats=["PNG"])
        image.load()
        last = image.crop((0, image.height - 1, width, image.height)).tobytes()
        strip = image.crop((0, bool(before), width, image.height))
        strip.info = image.info
        before = b"\0" + last
        yield strip


class _Stream:
    """What is packed in ranges of a file, unpacked piece by piece."""

    def __init__(self, content: bytes, ranges: list[tuple[int, int]]):
        self._pieces = (content[at : min(at + PIECE, end)] for start, end in ranges for at in range(start, end, PIECE))
        self._unpacking, self._left = zlib.decompressobj(), b""

    def read(self, count: int) -> bytes:
        """The next bytes; raises Rejected if there are fewer."""
        found = []
        while count:
            packed = self._left or next(self._pieces, b"")
            part = self._unpacking.decompress(packed, count)
            self._left = self._unpacking.unconsumed_tail
            if not part and not packed:
                raise Rejected("truncated", "the PNG ends before the picture does")
            found.append(part)
            count -= len(part)
        return b"".join(found)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
