"""Raw data of cameras that look like a TIFF: what Pillow would read of them is a small preview."""

from PIL import Image

from transfer.dataset.file_kinds import RAW

DNG_VERSION, SUBFILE_TYPE, SUB_IFDS, PHOTOMETRIC = 50706, 254, 330, 262  # tags of a TIFF
SENSOR = (32803, 34892)  # of PHOTOMETRIC: a colour filter's pattern, or one value a colour
REDUCED = 1  # bit of SUBFILE_TYPE


def raw_kind(image: Image.Image) -> str | None:
    """What raw data a picture is, for people; None if it is none."""
    if image.format != "TIFF":
        return None
    tags = image.tag_v2
    is_preview = tags.get(SUBFILE_TYPE, 0) & REDUCED and SUB_IFDS in tags
    if DNG_VERSION in tags and (is_preview or tags.get(PHOTOMETRIC) in SENSOR):
        return f"DNG, {RAW}"
    if image.fp and _is_cr2(image):
        return f"CR2, {RAW}"
    return f"NEF or ARW, {RAW}" if is_preview or tags.get(PHOTOMETRIC) in SENSOR else None


def _is_cr2(image: Image.Image) -> bool:
    image.fp.seek(8)
    return image.fp.read(2) == b"CR"
