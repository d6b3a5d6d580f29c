"""Pictures in any files and folders, without class or split, prepared like those of a data set."""

from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path

from transfer.dataset.archive_members import MAX_BYTES
from transfer.dataset.folders import walk
from transfer.dataset.pictures import Prepared, try_prepare
from transfer.dataset.workers import map_in_order


def list_files(paths: Iterable[Path]) -> Iterator[Path]:
    """Yield files as given and those below folders, sorted by name in each, without what `is_junk` names.

    paths: of files and folders
    """
    for path in paths:
        if path.is_dir():
            yield from (found for found in walk(path) if not found.is_dir())
        else:
            yield path


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
