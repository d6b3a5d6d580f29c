"""What share of edited pictures is found, and which different ones are taken for one, for bench/DUPLICATES.md.

    python bench/duplicates.py ARCHIVE...

Of each archive, EDITED pictures are edited in each way, as JPEG of quality 90, and looked for among all pictures of the
archive. Prints a Markdown table, and the pairs that are found among the pictures as they are.
"""

import sys
import time
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np
from PIL import Image, ImageDraw, ImageEnhance

from tests.dataset.edits import EDITS, as_jpeg, crop, small
from transfer.dataset.archives import read_pictures
from transfer.dataset.near_pairs import near_pairs
from transfer.dataset.pictures import decode

EDITED = 300


def watermark(image: Image.Image) -> Image.Image:
    """A pale box with a line of text in the lower right corner."""
    image = image.copy()
    pen = ImageDraw.Draw(image, "RGBA")
    across, down = image.size
    pen.rectangle((0.55 * across, 0.8 * down, 0.98 * across, 0.95 * down), fill=(255, 255, 255, 160))
    pen.text((0.6 * across, 0.83 * down), "(c) example.com", fill=(0, 0, 0, 255))
    return image


ALL_EDITS = {
    **EDITS,
    "a quarter of the size": lambda image: image.resize((image.width // 4, image.height // 4)),
    "crop 10 %, left and top": lambda image: crop(image, 0.1, 0.1, 0, 0),
    "mirrored, brightness +40 %, crop 10 %": lambda image: (
        ImageEnhance.Brightness(crop(image, 0.05, 0.05, 0.05, 0.05))
        .enhance(1.4)
        .transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    ),
    "watermark": watermark,
}


def pictures(path: Path) -> Iterator[tuple[str, bytes]]:
    yield from read_pictures(path, lambda *_: None)


def pairs_of(thumbnails: np.ndarray) -> np.ndarray:
    return near_pairs(len(thumbnails), lambda rows: thumbnails[rows].reshape(len(rows), -1))


def measured(paths: list[Path]) -> Iterator[tuple[str, str]]:
    """Kind of edit, and the share that is found, for all archives together."""
    members = [(f"{path.name}: {name}", content) for path in paths for name, content in pictures(path)]
    thumbnails = np.concatenate([small([decode(content)]) for _, content in members])
    start = time.perf_counter()
    found = pairs_of(thumbnails)
    print(f"{len(members):,} pictures, {time.perf_counter() - start:.2f} s, {len(found)} pairs", file=sys.stderr)
    for one, other in found:
        print(f"  {members[one][0]} = {members[other][0]}", file=sys.stderr)
    chosen = np.sort(np.random.default_rng(0).choice(len(members), min(EDITED, len(members)), replace=False))
    images = [Image.open(BytesIO(members[index][1])).convert("RGB") for index in chosen]
    for name, edit in ALL_EDITS.items():
        edited = small([as_jpeg(edit(image), 90) for image in images])
        pairs = {tuple(pair) for pair in pairs_of(np.concatenate([thumbnails, edited])).tolist()}
        caught = [(index, len(members) + number) in pairs for number, index in enumerate(chosen.tolist())]
        yield name, f"{np.mean(caught):.1%}"


def main() -> None:
    sets: dict[str, list[Path]] = {}
    for path in map(Path, sys.argv[1:]):
        sets.setdefault(path.stem.rsplit("-", 1)[0], []).append(path)
    columns = [dict(measured(paths)) for paths in sets.values()]
    print("| edit | " + " | ".join(sets) + " |\n|---|" + "---|" * len(sets))
    for name in ALL_EDITS:
        print(f"| {name} | " + " | ".join(column[name] for column in columns) + " |")


if __name__ == "__main__":
    main()
