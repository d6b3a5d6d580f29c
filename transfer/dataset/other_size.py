"""The pictures of a prepared data set once more, at another size."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from transfer.dataset.pictures import prepare_anyway
from transfer.dataset.raw import read_split
from transfer.dataset.raw_folders import list_archives
from transfer.dataset.rejects import Rejects
from transfer.dataset.spool import Spool
from transfer.dataset.workers import map_in_order
from transfer.errors import InputError


@contextmanager
def pictures_at(size: int, originals: Iterable[str], raw: Path, folder: Path) -> Iterator[Callable[[int], bytes]]:
    """Prepare pictures anew from the archives. Yields a function that gives the JPEG stream of the n-th of them.

    A picture is known by its original's bytes: its name in the manifest need not be that in its archive.

    size: of the pictures, pixels
    originals: the sha256 of each picture's file, hexadecimal, as in the manifest
    raw: the folder of the archives
    folder: where the streams lie while the context lasts
    Raises InputError if an original is not there.
    """
    originals = list(originals)
    positions: dict[str, int] = {}
    with Spool(folder / "other_size.spool") as spool:
        # They are in the manifest, so they are within its limits, or were kept by hand in spite of them.
        for sha256, jpeg in map_in_order(partial(_prepare, size=size), _members(raw, set(originals))):
            positions[sha256] = spool.add(jpeg)
        if missing := len(set(originals) - set(positions)):
            raise InputError(f"{raw} lacks {missing} of the pictures in data/prepared; run `dvc repro preprocess`.")
        yield lambda row: spool.read(positions[originals[row]])


def _members(raw: Path, wanted: set[str]) -> Iterator[tuple[str, bytes]]:
    """Each picture in the archives that is wanted, once: its sha256 and content."""
    for archive in list_archives(raw):
        for _, content in read_split(archive, Rejects()):
            sha256 = hashlib.sha256(content).hexdigest()
            if sha256 in wanted:
                wanted.remove(sha256)
                yield sha256, content


def _prepare(item: tuple[str, bytes], size: int) -> tuple[str, bytes]:
    sha256, content = item
    return sha256, prepare_anyway(content, size).jpeg
