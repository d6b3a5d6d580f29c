"""Pictures as files of any kind, in memory."""

from io import BytesIO

from PIL import Image


def encoded(image: Image.Image, kind: str = "PNG", **options) -> bytes:
    """The bytes of a file. kind: as Pillow calls it; options: as for `Image.save`."""
    stream = BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()
