"""The pictures of a data set that are there twice, found and named."""

from collections.abc import Collection

import numpy as np

from transfer.dataset.arrangement import ORDER
from transfer.dataset.duplicates import choose_dropped, find_near
from transfer.dataset.labels import Picture
from transfer.dataset.rejects import Rejects
from transfer.dataset.spool import Spool


def drop_repeated(
    pictures: list[Picture], rejects: Rejects, thumbnails: Spool | None, kept: Collection[int] = ()
) -> tuple[dict[int, tuple[str, int]], set[str]]:
    """Choose the pictures to drop; `rejects` gets them.

    thumbnails: None: only exact duplicates are looked for
    kept: indices of pictures that stay in any case
    Returns what `choose_dropped` does, and the ids of pictures that would be dropped were they not kept.
    """
    ids = [picture.prepared.id for picture in pictures]
    near = np.empty((0, 2), int)
    if thumbnails:
        near = find_near(ids, lambda rows: thumbnails.rows([pictures[row].position for row in rows]))
    labels, sides = zip(*((picture.label, ORDER[picture.split]) for picture in pictures), strict=True)
    dropped = choose_dropped(ids, labels, sides, near, kept)
    otherwise = choose_dropped(ids, labels, sides, near) if kept else dropped
    for index, (reason, other) in dropped.items():
        rejects.add(pictures[index].name, reason, f"the same picture as {pictures[other].name}")
    return dropped, {ids[index] for index in kept if index in otherwise}
