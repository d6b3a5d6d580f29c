"""Where pictures come from: one module a source, whose `bring` leaves archives in folders, one a split or one for all.

Sources on the network keep files in a folder of downloads until all have arrived, so that a run after a broken one goes
on where that stopped. They return where each file came from.
"""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

PACKED = "pictures.zip"


@dataclass(frozen=True, slots=True)
class Origin:
    """A file that a source fetched.

    split: the folder that its pictures are in: train, validation, test or all
    address: where it came from, for people
    bytes: its size
    sha256: hexadecimal
    archive: the archive that `bring` left with the same bytes; None if the pictures in the file were packed anew
    """

    split: str
    address: str
    bytes: int
    sha256: str
    archive: Path | None = None


def link_or_copy(download: Path, target: Path) -> Path:
    """Give a download a second name, or copy it where a link cannot be made: it stays a download until all is well."""
    try:
        os.link(download, target)
    except OSError:
        shutil.copyfile(download, target)
    return target
