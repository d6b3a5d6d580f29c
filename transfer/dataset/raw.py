"""The pictures in the archives that the stage download leaves."""

from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path

from transfer.dataset.archives import ALL_MEMBERS, prefix_names, read_pictures
from transfer.dataset.pictures import Outcome
from transfer.dataset.rejects import Rejects, printable
from transfer.dataset.workers import map_in_order


def read_split(archive: Path, rejects: Rejects, members: range = ALL_MEMBERS) -> Iterator[tuple[str, bytes]]:
    """Yield (SPLIT/name, content) of every member that may be a picture.

    archive: in the folder of its split
    rejects: gets the members that are left out
    members: see `read_pictures`
    """
    split = archive.parent.name
    for name, content in read_pictures(archive, prefix_names(rejects.add, split), members):
        yield printable(f"{split}/{name}"), content


def prepare_on_all_cores(
    prepare: Callable[[tuple[str, bytes]], Outcome], archives: list[Path], rejects: Rejects
) -> Iterator[Outcome]:
    """Yield the outcome of each picture in the archives, in order.

    prepare: of one picture, (name, content); sent to other processes
    rejects: gets the members that are left out
    """
    return map_in_order(prepare, chain.from_iterable(read_split(archive, rejects) for archive in archives))
