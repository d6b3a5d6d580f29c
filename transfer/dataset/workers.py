"""Work for all cores, over a stream."""

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

CHUNK = 8  # items that go to a worker together: alone, passing one on costs a tenth of preparing a picture
AHEAD = 2  # chunks on their way for each worker


def map_in_order(work: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
    """Yield `work` of each item, in order, from a process for each core; few items are in memory at a time.

    Raises InputError if a process dies.
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    items = iter(items)
    chunks = iter(lambda: list(islice(items, CHUNK)), [])
    # Started afresh, not forked: a fork copies whatever threads of the parent held locked.
    with ProcessPoolExecutor(cores, get_context("spawn"), initializer=_end_with_parent) as pool:

        def submit(number: int) -> list[Future]:
            # Ctrl-C is the parent's to answer: a worker that is started here inherits the mask.
            mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
            try:
                return [pool.submit(_each, work, chunk) for chunk in islice(chunks, number)]
            finally:
                signal.pthread_sigmask(signal.SIG_SETMASK, mask)

        pending = submit(AHEAD * cores)
        try:
            while pending:
                yield from pending.pop(0).result()
                pending += submit(1)
        except BrokenProcessPool:
            raise InputError("a worker process was killed, maybe for want of memory; free some, run again.") from None


def _each(work: Callable[[Item], Result], items: list[Item]) -> list[Result]:
    return [work(item) for item in items]


def _end_with_parent() -> None:
    """A worker waits for work for ever, even when its parent was killed: let it end then."""

    def watch() -> None:
        wait([parent_process().sentinel])
        os._exit(1)

    Thread(target=watch, daemon=True).start()
