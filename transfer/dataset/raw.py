"""The archives that the stage download leaves: in one folder a split, pictures in one folder a class."""

from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path

from transfer.dataset.archives import ALL_MEMBERS, prefix_names, read_pictures
from transfer.dataset.pictures import Outcome
from transfer.dataset.rejects import Rejects, printable
from transfer.dataset.workers import map_in_order


def list_archives(raw: Path) -> list[Path]:
    """The archives of train, then those of test, by name."""
    return [archive for split in ("train", "test") for archive in sorted((raw / split).iterdir())]


def read_split(archive: Path, rejects: Rejects, members: range = ALL_MEMBERS) -> Iterator[tuple[str, bytes]]:
    """Yield (SPLIT/name, content) of every member that may be a picture.

    archive: in the folder of its split
    rejects: gets the members that are left out, and those that lie in no class folder
    members: see `read_pictures`
    """
    split = archive.parent.name
    for name, content in read_pictures(archive, prefix_names(rejects.add, split), members):
        if "/" in name:
            yield printable(f"{split}/{name}"), content
        else:
            rejects.add(f"{split}/{name}", "no_class_folder", "lies outside every class folder")


def prepare_on_all_cores(
    prepare: Callable[[tuple[str, bytes]], Outcome], archives: list[Path], rejects: Rejects
) -> Iterator[Outcome]:
    """Yield the outcome of each picture in the archives, in order.

    prepare: of one picture, (name, content); sent to other processes
    rejects: gets the members that are left out
    """
    return map_in_order(prepare, chain.from_iterable(read_split(archive, rejects) for archive in archives))
