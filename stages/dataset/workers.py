"""Work for all cores, over a stream."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import islice
from multiprocessing import get_context
from os import cpu_count
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

AHEAD = 8  # items on their way for each worker


def in_order(work: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
    """Yield `work` of each item, in order, from a process for each core; few items are in memory at a time."""
    # Started afresh, not forked: a fork copies whatever threads of the parent held locked.
    with ProcessPoolExecutor(cpu_count(), mp_context=get_context("spawn")) as pool:
        items = iter(items)
        pending = [pool.submit(work, item) for item in islice(items, AHEAD * (cpu_count() or 1))]
        while pending:
            yield pending.pop(0).result()
            pending += [pool.submit(work, item) for item in islice(items, 1)]
