"""PNG files, where Pillow makes less of them than they say."""

from collections.abc import Iterator

from PIL import Image

SIGNATURE = b"\x89PNG\r\n\x1a\n"
TEXTS = (b"iTXt", b"zTXt", b"tEXt")


def chunks(content: bytes) -> Iterator[tuple[bytes, int, int]]:
    """The kind, the first position and the end of each chunk of a PNG, lengths and checksums included."""
    at = len(SIGNATURE)
    while at + 8 <= len(content):
        end = at + 12 + int.from_bytes(content[at : at + 4], "big")
        yield content[at + 4 : at + 8], at, end
        at = end


def without_texts(content: bytes) -> bytes:
    """A PNG without its texts, which Pillow refuses if they are long; the same bytes if it has none."""
    kept, start = [], 0
    for kind, at, end in chunks(content):
        if kind in TEXTS:
            kept.append(content[start:at])
            start = end
    return b"".join([*kept, content[start:]]) if kept else content


def scale_transparency(image: Image.Image, content: bytes) -> None:
    """Scale the colour that is transparent as Pillow scales the pixels: to 8 bits, but for grey of 16.

    image: as opened
    content: of its file
    """
    bits, colour = content[24], image.info.get("transparency")
    if bits == 16 and isinstance(colour, tuple):
        image.info["transparency"] = tuple(value >> 8 for value in colour)
    elif bits in (2, 4) and isinstance(colour, int) and image.mode == "L":
        image.info["transparency"] = colour * (255 // (2**bits - 1))
