"""Pictures packed into an archive with reproducible bytes."""

import zipfile
from collections.abc import Iterable
from pathlib import Path


def pack(pictures: Iterable[tuple[str, bytes]], archive: Path) -> None:
    """Write a zip whose bytes depend only on the names and contents; uncompressed, as pictures are compressed already.

    pictures: (name, content)
    """
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as target:
        for name, content in pictures:
            target.writestr(zipfile.ZipInfo(name), content)  # ZipInfo's date defaults to 1980-01-01
