"""The files below a folder."""

import os
from collections.abc import Iterator
from pathlib import Path

from transfer.dataset.archives import OnSkip
from transfer.dataset.file_names import is_junk


def folder_files(folder: Path, on_skip: OnSkip) -> Iterator[tuple[str, Path]]:
    """Yield the files below a folder as (name, path), sorted by name, without what file managers leave behind.

    on_skip: called for each link that leads out of the folder, which is left out
    """
    root = folder.resolve()
    for path in sorted(folder.rglob("*"), key=lambda path: path.relative_to(folder).as_posix()):
        name = _encodable(path.relative_to(folder).as_posix())
        if path.is_symlink() and not path.resolve().is_relative_to(root):
            on_skip(name, "link", "leads out of the folder")
        elif path.is_file() and not is_junk(name):
            yield name, path


def _encodable(name: str) -> str:
    """A file name that can be written as UTF-8: one that is not UTF-8 is read as Latin-1, which old disks use."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return os.fsencode(name).decode("latin-1")
    return name
