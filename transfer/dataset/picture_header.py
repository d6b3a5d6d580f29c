"""What the start of a file says of the picture in it, without decoding any of it."""

import warnings
from io import BytesIO

from PIL import Image

# Pillow reads more, but some of it by running other programs (EPS: Ghostscript) and some on a mere guess (TGA).
FORMATS = ("AVIF", "BMP", "GIF", "JPEG", "JPEG2000", "PNG", "PPM", "TIFF", "WEBP")
TIFF = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")  # the header may lie at the end
MAX_BYTES_A_PIXEL = 16  # uncompressed: four channels of 32 bits


def declared_pixels(start: bytes) -> int:
    """Width x height of a picture, by the start of its file; 0 if that is none."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(BytesIO(start), formats=FORMATS) as image:
                return image.width * image.height
    except Exception:  # whatever a header that makes no sense makes Pillow raise
        return 0
