"""The embedded sample: cats and dogs drawn by code."""

from functools import partial
from io import BytesIO
from pathlib import Path

from tqdm import tqdm

from transfer.dataset.drawn import CLASSES, draw
from transfer.dataset.packing import pack
from transfer.dataset.sources import PACKED, Origin
from transfer.dataset.workers import map_in_order

FIRST_TEST = 10**9  # number of the first test drawing: so far off that train and test share none


def bring(folder: Path, train: int, test: int, seed: int) -> list[Origin]:
    """Draw pictures on all cores and pack them.

    folder: gets the folders train and test
    train, test: how many pictures, half of each class
    seed: of all drawings
    Returns no origins: nothing was fetched.
    """
    for split, count, start in (("train", train, 0), ("test", test, FIRST_TEST)):
        (folder / split).mkdir()
        drawings = [
            (label, start + index, f"{label}/{label[:-1]}.{index + 1:05d}.jpg")
            for label, number in zip(CLASSES, ((count + 1) // 2, count // 2), strict=True)
            for index in range(number)
        ]
        jpegs = map_in_order(partial(_draw_jpeg, seed=seed), drawings)
        progress = tqdm(jpegs, f"drawing {split}", count, unit="picture", disable=None)
        names = (name for _, _, name in drawings)
        pack(zip(names, progress, strict=True), folder / split / PACKED)
    return []


def _draw_jpeg(drawing: tuple[str, int, str], seed: int) -> bytes:
    label, index, _ = drawing
    stream = BytesIO()
    draw(label, index, seed).save(stream, "JPEG", quality=90)
    return stream.getvalue()
