"""The files below a folder of the user's own, in which links are followed."""

import os
from collections.abc import Iterator
from pathlib import Path

from transfer.dataset.archives import OnSkip
from transfer.dataset.file_names import is_junk


def folder_files(folder: Path, on_skip: OnSkip) -> Iterator[tuple[str, Path]]:
    """Yield the files below a folder as (name, path), sorted by name, without what is_junk names.

    on_skip: called for each link that leads nowhere or in a circle, each folder that may not be read, and each device
    """
    for path in sorted(walk(folder), key=lambda path: path.relative_to(folder).as_posix()):
        name = _encodable(path.relative_to(folder).as_posix())
        if path.is_file():
            yield name, path
        elif path.is_dir() and not os.access(path, os.R_OK | os.X_OK):
            on_skip(name, "unreadable", "a folder that may not be read")
        elif path.is_dir():
            on_skip(name, "link", "leads back to a folder that it lies in")
        elif path.is_symlink() and not path.exists():
            on_skip(name, "link", "leads nowhere")
        else:
            on_skip(name, "special_file", "not a plain file")


def walk(folder: Path, above: tuple[str, ...] = ()) -> Iterator[Path]:
    """Yield what lies below a folder and is none itself, without junk: by name, and before what lies in subfolders.

    Links are followed; one that leads back to a folder which it lies in is yielded like a file, and so is a folder that
    may not be read.

    above: the real paths of the folders that `folder` lies in; all of them, where it is the first
    """
    own = os.path.realpath(folder)
    above = (*(above or map(str, Path(own).parents)), own)
    subfolders = []
    for path in sorted(folder.iterdir()):
        if is_junk(path.name):
            continue
        if path.is_dir() and os.path.realpath(path) not in above and os.access(path, os.R_OK | os.X_OK):
            subfolders.append(path)
        else:
            yield path
    for path in subfolders:
        yield from walk(path, above)


def _encodable(name: str) -> str:
    """A file name that can be written as UTF-8: one that is not UTF-8 is read as Latin-1, which old disks use."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return os.fsencode(name).decode("latin-1")
    return name
