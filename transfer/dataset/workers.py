"""A function applied to a stream on all cores.

joblib's `Parallel(return_as="generator")` cannot take its place: it reads all items however slowly results are used,
its workers outlive a parent that is killed, and they print a traceback of their own on Ctrl-C.
"""

import os
import signal
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from multiprocessing import get_context, parent_process
from multiprocessing.connection import wait
from threading import Thread
from typing import TypeVar

from transfer.errors import InputError

Item = TypeVar("Item")
Result = TypeVar("Result")

CHUNK = 8  # items sent to a worker together: sending one alone takes a tenth of the time of preparing a picture
QUEUED = 2  # chunks for each worker


def map_in_order(work: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
    """Yield `work(item)` for each item, in order, from one process a core; few items are in memory at a time.

    work: a function that other processes can import
    items: taken as results are used
    Raises what `work` raises, and InputError if a process dies.
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    items = iter(items)
    chunks = iter(lambda: list(islice(items, CHUNK)), [])
    # Spawned, not forked: a fork copies locks that threads of the parent hold, and nobody unlocks them there.
    with ProcessPoolExecutor(cores, get_context("spawn"), initializer=_end_with_parent) as pool:

        def submit(number: int) -> list[Future]:
            # The parent answers Ctrl-C. Workers start here, and inherit the mask.
            mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
            try:
                return [pool.submit(_work_on_chunk, work, chunk) for chunk in islice(chunks, number)]
            finally:
                signal.pthread_sigmask(signal.SIG_SETMASK, mask)

        pending = submit(QUEUED * cores)
        try:
            while pending:
                yield from pending.pop(0).result()
                pending += submit(1)
        except BrokenProcessPool:
            raise InputError(
                "a worker process was killed, perhaps because memory ran out; free some and run again."
            ) from None


def _work_on_chunk(work: Callable[[Item], Result], items: list[Item]) -> list[Result]:
    return [work(item) for item in items]


def _end_with_parent() -> None:
    """In a worker, which would wait for work for ever: end when the parent is gone, even if it was killed."""

    def watch() -> None:
        wait([parent_process().sentinel])
        os._exit(1)

    Thread(target=watch, daemon=True).start()
