"""Where pictures come from: one module a source, whose `bring` leaves an archive or more each for train and for test.

Sources that go over the network keep what has arrived in a folder of downloads until all of it has, so that a run after
a broken one goes on where that stopped, and return what came from where.
"""

import os
import shutil
from pathlib import Path

SPLITS = ("train", "test")
PACKED = "pictures.zip"

Origin = tuple[str, str, int, str]  # split or "both", address, bytes, sha256


def link_or_copy(download: Path, target: Path) -> None:
    """Give a download a second name, or copy it where that cannot be: it stays a download until all is well."""
    try:
        os.link(download, target)
    except OSError:
        shutil.copyfile(download, target)
