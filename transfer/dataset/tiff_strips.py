"""A very large TIFF as strips, from the top down, each of which Pillow decodes by itself."""

from collections.abc import Iterator
from io import BytesIO
from itertools import accumulate
from math import gcd

from PIL import Image
from PIL.TiffImagePlugin import ImageFileDirectory_v2, TiffImageFile

from transfer.dataset.rejected import Rejected

LENGTH, BITS, COMPRESSION, ORIENTATION, ROWS_PER_STRIP, PLANES = 257, 258, 259, 274, 278, 284  # tags
STRIPS, TILES = (273, 279), (324, 325)  # tags: where the parts of the picture lie in the file, and how long they are
TILE_WIDTH, TILE_LENGTH = 322, 323
POINTERS = (330, 34665, 34853, 40965)  # tags: to directories elsewhere in the file


def tiff_strips(image: TiffImageFile, content: bytes, factor: int, most: int) -> Iterator[Image.Image]:
    """Strips of a multiple of `factor` rows, loaded; the last one has what is left.

    image: as opened
    most: rows of a strip
    Raises Rejected for a TIFF that cannot be cut: in one piece, in planes, turned, or of other than 8 bits a channel.
    """
    tags, (width, height) = image.tag_v2, image.size
    parts, each, across = _parts(tags, width, height)
    together = factor // gcd(each, factor)  # parts one below the other
    plain = {*tags.get(BITS, (1,))} == {8} and tags.get(PLANES, 1) == 1 and tags.get(ORIENTATION, 1) == 1
    if not plain or each * together > most or len(parts) != across * -(-height // each):
        how = "in one piece, in planes, turned, or not of 8 bits a channel"
        raise Rejected("in_one_piece", f"{width} x {height} pixels in a TIFF that is {how}")
    together *= most // (each * together)
    for top in range(0, height, each * together):
        first = top // each * across
        rows = min(each * together, height - top)
        cut = _cut(content, tags, parts[first : first + together * across], {LENGTH: rows, ROWS_PER_STRIP: each})
        strip = Image.open(BytesIO(cut), formats=["TIFF"])
        strip.load()
        yield strip


def _parts(tags: ImageFileDirectory_v2, width: int, height: int) -> tuple[list[tuple[int, int]], int, int]:
    """The first position and the length of each part, the rows of one, and how many lie side by side."""
    where, sizes = TILES if TILES[0] in tags else STRIPS
    parts = list(zip(tags[where], tags[sizes], strict=True))
    if where == TILES[0]:
        return parts, tags[TILE_LENGTH], -(-width // tags[TILE_WIDTH])
    if len(parts) == 1 and tags.get(COMPRESSION, 1) == 1:  # then each row can be a part
        start, row = parts[0][0], parts[0][1] // height
        return [(start + top * row, row) for top in range(height)], 1, 1
    return parts, min(height, tags.get(ROWS_PER_STRIP, height)), 1


def _cut(content: bytes, tags: ImageFileDirectory_v2, parts: list[tuple[int, int]], changed: dict[int, int]) -> bytes:
    """A TIFF of some parts of another."""
    directory = ImageFileDirectory_v2(ifh=content[:8])
    where, sizes = TILES if TILES[0] in tags else STRIPS
    lengths = [length for _, length in parts]
    changed = changed | {sizes: tuple(lengths), where: (0,) * len(parts)}
    for tag in (tag for tag in tags if tag not in POINTERS):
        directory.tagtype[tag] = tags.tagtype[tag]
        directory[tag] = changed.get(tag, tags[tag])
    at = 8 + len(directory.tobytes(8)) if where == TILES[0] else 0  # to those of strips Pillow adds it
    directory[where] = tuple(accumulate(lengths[:-1], initial=at))
    start = content[:4] + (8).to_bytes(4, "little" if content[:2] == b"II" else "big") + directory.tobytes(8)
    return b"".join([start, *(content[offset : offset + length] for offset, length in parts)])
