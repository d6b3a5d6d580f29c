"""The size of a JPEG XL picture, from its header: ISO/IEC 18181-1, SizeHeader; 18181-2, boxes."""

from transfer.dataset.rejected import Rejected

RATIOS = (None, (1, 1), (12, 10), (4, 3), (3, 2), (16, 9), (5, 4), (2, 1))  # width : height
SIZE_BITS = (9, 13, 18, 30)


def jpeg_xl_size(content: bytes) -> tuple[int, int]:
    """Width and height, in pixels, as stored. Raises Rejected for a stream that has none."""
    start = _codestream(content)[:24]
    if not start.startswith(b"\xff\x0a"):
        raise Rejected("undecodable", "a JPEG XL without a picture")
    bits, at = int.from_bytes(start[2:], "little"), 0

    def read(number: int) -> int:
        nonlocal at
        at += number
        return bits >> (at - number) & (1 << number) - 1

    is_small = read(1)

    def side() -> int:
        return 8 * (read(5) + 1) if is_small else read(SIZE_BITS[read(2)]) + 1

    height = side()
    ratio = RATIOS[read(3)]
    return (height * ratio[0] // ratio[1] if ratio else side()), height


def _codestream(content: bytes) -> bytes:
    """The stream itself, or its first part: it may lie in a box of a container."""
    if content.startswith(b"\xff\x0a"):
        return content
    at = 0
    while at + 8 <= len(content):
        length, kind = int.from_bytes(content[at : at + 4], "big"), content[at + 4 : at + 8]
        head = 16 if length == 1 else 8
        length = int.from_bytes(content[at + 8 : at + 16], "big") if length == 1 else length or len(content) - at
        if kind in (b"jxlc", b"jxlp"):
            return content[at + head + 4 * (kind == b"jxlp") :][:64]
        at += max(length, head)
    return b""
