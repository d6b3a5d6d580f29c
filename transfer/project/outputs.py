"""Output folders that are whole or not there."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from transfer.project.cluster import cluster_rank


@contextmanager
def atomic_folder(path: str | Path) -> Iterator[Path]:
    """Yield an empty folder to write into, beside `path`; it becomes `path` only if the block ends well.

    Of the machines of a cluster, which share the project's folder, only the first one's becomes it.
    """
    path = Path(path)
    partial = path.with_name(f".{path.name}{cluster_rank() or ''}.partial")
    previous = path.with_name(f".{path.name}.previous.partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    try:
        yield partial
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise
    if cluster_rank():
        shutil.rmtree(partial)
        return
    # Renamed, not removed, first: a kill in the middle of removing would leave a part of it under its name.
    shutil.rmtree(previous, ignore_errors=True)
    if path.exists():
        path.rename(previous)
    partial.rename(path)
    shutil.rmtree(previous, ignore_errors=True)
