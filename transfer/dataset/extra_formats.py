"""Pictures of kinds that are read if their package is installed: HEIC, JPEG XL and DICOM."""

from collections.abc import Callable
from io import BytesIO

from PIL import Image

from transfer.dataset.file_kinds import missing_extra
from transfer.dataset.jpeg_xl_header import jpeg_xl_size
from transfer.dataset.rejected import Rejected


def open_extra(kind: str, content: bytes, check: Callable[[int, int], None]) -> Image.Image:
    """Open a picture.

    kind: HEIC, JPEG XL or DICOM
    check: called with width and height, before any pixel is decoded; raises Rejected for what is not to be
    Raises Rejected if the package is not installed.
    """
    try:
        if kind == "HEIC":
            from pillow_heif import HeifImageFile, register_heif_opener

            if HeifImageFile.format not in Image.OPEN:
                register_heif_opener()
        elif kind == "JPEG XL":
            import pillow_jxl  # noqa: F401  registers itself with Pillow
        else:
            from transfer.dataset.dicom import open_dicom
    except ImportError:
        raise Rejected("undecodable", missing_extra(kind)) from None
    if kind == "DICOM":
        return open_dicom(content, check)
    if kind == "JPEG XL":
        check(*jpeg_xl_size(content))  # its package decodes while it opens
    return Image.open(BytesIO(content), formats=["JXL" if kind == "JPEG XL" else "HEIF"])
