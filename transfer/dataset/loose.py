"""Pictures in any files and folders, without class or split, prepared like those of a data set."""

import os
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path

from transfer.dataset.archive_members import MAX_BYTES
from transfer.dataset.file_names import is_junk
from transfer.dataset.pictures import Prepared, try_prepare
from transfer.dataset.workers import map_in_order


def list_files(paths: Iterable[Path]) -> Iterator[Path]:
    """Yield files as given and those below folders, sorted by name in each, without what file managers leave behind.

    paths: of files and folders
    """
    for path in paths:
        if not path.is_dir():
            yield path
        for folder, subfolders, names in os.walk(path):
            subfolders[:] = sorted(name for name in subfolders if not is_junk(name))
            yield from (Path(folder, name) for name in sorted(names) if not is_junk(name))


def prepare_files(paths: Iterable[Path], **limits: int) -> Iterator[tuple[Path, Prepared | tuple[str, str]]]:
    """Prepare files on all cores: yield each path with its picture, or with reason and detail of why there is none.

    paths: of files and folders, see `list_files`
    limits: size, min_size and max_pixels, as for `pictures.prepare`
    """
    return map_in_order(partial(_prepare_file, **limits), list_files(paths))


def _prepare_file(path: Path, **limits: int) -> tuple[Path, Prepared | tuple[str, str]]:
    try:
        if not path.is_file():
            return path, ("unreadable", "no regular file" if path.exists() else "no such file")
        if path.stat().st_size > MAX_BYTES:
            return path, ("too_many_bytes", f"{path.stat().st_size:,} bytes")
        content = path.read_bytes()
    except OSError as error:
        return path, ("unreadable", str(error.strerror))
    return path, try_prepare(("", content), **limits)[1]
