"""The pictures of a prepared data set once more, at another size."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from transfer.dataset.pictures import Prepared, try_prepare
from transfer.dataset.raw import prepare_on_all_cores
from transfer.dataset.raw_folders import list_archives
from transfer.dataset.rejects import Rejects
from transfer.dataset.spool import Spool


@contextmanager
def pictures_at(
    size: int, files: Iterable[str], raw: Path, folder: Path, **limits: int
) -> Iterator[Callable[[int], bytes]]:
    """Prepare pictures anew from the archives. Yields a function that gives the JPEG stream of the n-th of them.

    size: of the pictures, pixels
    files: their names in the manifest
    raw: the folder of the archives
    folder: where the streams lie while the context lasts
    limits: min_size and max_pixels, as when the pictures were prepared
    """
    positions = dict.fromkeys(files, -1)
    # A picture that is in the manifest though it breaks a limit was kept by hand.
    kept = frozenset(name.partition("/")[2] for name in positions)
    prepare = partial(try_prepare, size=size, kept=kept, **limits)
    with Spool(folder / "other_size.spool") as spool:
        for name, outcome in prepare_on_all_cores(prepare, list_archives(raw), Rejects()):
            if name in positions and isinstance(outcome, Prepared):
                positions[name] = spool.add(outcome.jpeg)
        in_order = list(positions.values())
        yield lambda row: spool.read(in_order[row])
