"""Loose pictures: files and folders as people have them, without class or split, prepared like a data set's."""

import os
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path

from transfer.dataset.archives import MAX_BYTES
from transfer.dataset.file_names import is_junk
from transfer.dataset.pictures import Prepared, try_prepare
from transfer.dataset.workers import map_in_order


def list_files(paths: Iterable[Path]) -> Iterator[Path]:
    """The files among `paths`, and those below its folders, by name in each, less what file managers leave behind."""
    for path in paths:
        if not path.is_dir():
            yield path
        for folder, inside, names in os.walk(path):
            inside[:] = sorted(name for name in inside if not is_junk(name))
            yield from (Path(folder, name) for name in sorted(names) if not is_junk(name))


def prepare_files(paths: Iterable[Path], **limits: int) -> Iterator[tuple[Path, Prepared | tuple[str, str]]]:
    """Each of the files with the picture in it, or with the reason and the detail of why there is none; on all cores.

    limits: size, min_size and max_pixels, as for `pictures.prepare`
    """
    return map_in_order(partial(_look, **limits), list_files(paths))


def _look(path: Path, **limits: int) -> tuple[Path, Prepared | tuple[str, str]]:
    try:
        if not path.is_file():
            return path, ("unreadable", "no regular file" if path.exists() else "no such file")
        if path.stat().st_size > MAX_BYTES:
            return path, ("too_many_bytes", f"{path.stat().st_size:,} bytes")
        content = path.read_bytes()
    except OSError as error:
        return path, ("unreadable", str(error.strerror))
    return path, try_prepare(("", content), **limits)[1]
