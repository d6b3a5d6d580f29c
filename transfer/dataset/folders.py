"""The files below a folder."""

import os
from collections.abc import Iterator
from pathlib import Path

from transfer.dataset.archives import Skip
from transfer.dataset.file_names import is_junk


def folder_files(folder: Path, skip: Skip) -> Iterator[tuple[str, Path]]:
    """The files below a folder, as (name, path), sorted by name; links that lead out of it are passed over."""
    root = folder.resolve()
    for path in sorted(folder.rglob("*"), key=lambda found: found.relative_to(folder).as_posix()):
        name = _text(path.relative_to(folder).as_posix())
        if path.is_symlink() and not path.resolve().is_relative_to(root):
            skip(name, "link", "leads out of the folder")
        elif path.is_file() and not is_junk(name):
            yield name, path


def _text(name: str) -> str:
    """A file's name as text that can be written: one that is not UTF-8 is taken for Latin-1, as old disks have it."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return os.fsencode(name).decode("latin-1")
    return name
