"""A bar that shows how far a long piece of work is, where somebody watches."""

import sys
from collections.abc import Iterable
from typing import TypeVar

Item = TypeVar("Item")


def show_progress(items: Iterable[Item], what: str, unit: str, total: int | None = None) -> Iterable[Item]:
    """The items, with a bar on stderr while they are taken if that is a terminal.

    what, unit: as the bar names the work and one of the items
    total: how many there are, if that is known
    """
    if not sys.stderr.isatty():
        return items
    from tqdm import tqdm  # here and not above: its import takes as long as that of pydantic

    return tqdm(items, what, total, unit=unit)
