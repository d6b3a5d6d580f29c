"""The embedded sample: cats and dogs drawn by code."""

from functools import partial
from io import BytesIO
from pathlib import Path

from tqdm import tqdm

from transfer.dataset.drawn import CLASSES, draw
from transfer.dataset.packing import pack
from transfer.dataset.sources import PACKED, Origin
from transfer.dataset.workers import map_in_order


def bring(folder: Path, seed: int, **numbers: int) -> list[Origin]:
    """Draw `numbers` of pictures (train=, test=), half of each class, on all cores."""
    for split, number in numbers.items():
        (folder / split).mkdir()
        wanted = [
            # Test's numbers start far off, so that train and test never share a drawing.
            (label, index + (split == "test") * 10**9, f"{label}/{label[:-1]}.{index + 1:05d}.jpg")
            for label, share in zip(CLASSES, ((number + 1) // 2, number // 2), strict=True)
            for index in range(share)
        ]
        jpegs = map_in_order(partial(_drawn_jpeg, seed=seed), wanted)
        drawn = tqdm(jpegs, f"drawing {split}", len(wanted), unit="picture", disable=None)
        pack(((name, jpeg) for (*_, name), jpeg in zip(wanted, drawn, strict=True)), folder / split / PACKED)
    return []


def _drawn_jpeg(wanted: tuple[str, int, str], seed: int) -> bytes:
    label, index, _ = wanted
    stream = BytesIO()
    draw(label, index, seed).save(stream, "JPEG", quality=90)
    return stream.getvalue()
