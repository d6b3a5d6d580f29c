"""JPEG streams: their scans, and decoding that does not pass over damage."""

import re
from collections.abc import Iterator

import numpy as np

from transfer.dataset.rejected import Rejected

MAX_SCANS = 100  # of a progressive JPEG; encoders make about ten, and thousands keep a decoder busy for hours
EXTRA = 16  # bytes that no pixel needs at the end: cameras leave one or two, and a decoder that lost its way, hundreds
_MARKER = re.compile(rb"\xff[^\x00\x01\xd0-\xd8\xff]")  # of segments, all of which have a length; and the end's
_EXTRANEOUS = re.compile(r"(\d+) extraneous bytes before marker 0x([0-9a-f]+)")
_SCAN, _END, _COMMENT, _APPLICATION = 0xDA, 0xD9, 0xFE, range(0xE0, 0xF0)


def count_scans(content: bytes) -> int:
    """Scans up to the end-of-image marker: what follows it, as the film of a motion photo, is no part of the picture.

    Counting ends above MAX_SCANS.
    """
    scans, at = 0, 2
    while scans <= MAX_SCANS and (marker := _MARKER.search(content, at)):
        kind = content[marker.start() + 1]
        if kind == _END:
            break
        scans += kind == _SCAN
        at = marker.end() + int.from_bytes(content[marker.end() : marker.end() + 2], "big")
    return scans


def without_metadata(content: bytes) -> Iterator[memoryview]:
    """The parts of a JPEG stream beside its comments and application segments, and beside what follows its end."""
    whole, start, at = memoryview(content), 0, 2
    while marker := _MARKER.search(content, at):
        kind, end = content[marker.start() + 1], marker.end()
        if kind == _END:
            yield whole[start:end]
            return
        at = end + int.from_bytes(content[end : end + 2], "big")
        if kind == _COMMENT or kind in _APPLICATION:
            yield whole[start : marker.start()]
            start = at
    yield whole[start:]


def decode_strictly(content: bytes, mode: str, least: int = 0) -> np.ndarray | None:
    """The pixels of a JPEG, uint8 (height, width, channels); None if this decoder cannot read it and another may.

    mode: RGB, GRAY or CMYK
    least: pixels, of both sides: the picture is decoded at the smallest scale that leaves them; 0: at full size
    Raises Rejected, `truncated` or `damaged`, where other decoders make up pixels for those that are missing.
    """
    import simplejpeg  # only the workers need it

    if content[11:13] not in (b"\1\1", b"\1\2") and content[6:11] == b"JFIF\0":
        content = content[:11] + b"\1\1" + content[13:]  # another revision is the decoder's only fault to find
    try:
        return simplejpeg.decode_jpeg(content, mode, min_height=least, min_width=least)
    except ValueError as error:
        message = str(error)
    if message.startswith("Premature end"):
        raise Rejected("truncated", "the JPEG ends before the picture does")
    if message.startswith(("Corrupt JPEG data", "Inconsistent progression")) and not _harmless(content, message):
        raise Rejected("damaged", message)
    return None


def _harmless(content: bytes, warning: str) -> bool:
    """Whether a warning is of bytes that belong to no pixel: before the first scan, few at the end, or padding."""
    if "ICC" in warning:
        return True
    extraneous = _EXTRANEOUS.search(warning)
    if not extraneous:
        return False
    count, marker = int(extraneous[1]), int(extraneous[2], 16)
    end = content.rfind(b"\xff\xd9")
    if marker == _END:
        return count <= EXTRA or len({*content[end - count : end]}) == 1
    return not 0xD0 <= marker <= 0xD7 and count_scans(content) == 1
