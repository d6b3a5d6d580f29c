"""The embedded sample: animals drawn by code."""

from collections.abc import Iterable
from functools import partial
from io import BytesIO
from pathlib import Path

from transfer.dataset.drawn import CLASSES, draw
from transfer.dataset.packing import pack
from transfer.dataset.progress import show_progress
from transfer.dataset.sources import PACKED, Origin
from transfer.dataset.workers import map_in_order

SINGULAR = {label: "fox" if label == "foxes" else label[:-1] for label in CLASSES}
FIRST_TEST = 10**9  # number of the first test drawing: so far off that train and test share none


def bring(folder: Path, classes: Iterable[str], train: int, test: int, seed: int) -> list[Origin]:
    """Draw pictures on all cores and pack them.

    folder: gets the folders train and test
    classes: some of `drawn.CLASSES`; their order does not matter
    train, test: how many pictures, as many of each class; what does not divide goes to the first classes
    seed: of all drawings
    Returns no origins: nothing was fetched.
    """
    ordered = sorted(classes, key=CLASSES.index)
    for split, count, start in (("train", train, 0), ("test", test, FIRST_TEST)):
        (folder / split).mkdir()
        drawings = [
            (label, start + index, f"{label}/{SINGULAR[label]}.{index + 1:05d}.jpg")
            for place, label in enumerate(ordered)
            for index in range((count - place - 1) // len(ordered) + 1)
        ]
        jpegs = map_in_order(partial(_draw_jpeg, seed=seed), drawings)
        progress = show_progress(jpegs, f"drawing {split}", "picture", count)
        names = (name for _, _, name in drawings)
        pack(zip(names, progress, strict=True), folder / split / PACKED)
    return []


def _draw_jpeg(drawing: tuple[str, int, str], seed: int) -> bytes:
    label, index, _ = drawing
    stream = BytesIO()
    draw(label, index, seed).save(stream, "JPEG", quality=90)
    return stream.getvalue()
