"""Rows preprocess/..., and what the first of them is held against: python -m bench.preparing SIZE ARCHIVE..."""

import sys
from collections.abc import Iterator
from io import BytesIO
from multiprocessing import Pool
from pathlib import Path
from zipfile import ZipFile

from PIL import Image

from bench.harness import Measured, Sizes, in_turn
from bench.phone import phone
from bench.projects import Project


def preprocess(sizes: Sizes, folder: Path, rounds: int, rows: list[str]) -> Iterator[Measured]:
    if "preprocess/phone" in rows:
        yield phone(rounds)
    if "preprocess" not in rows:
        return
    # Both sides as whole processes, from the same archives, on all cores.
    project = Project(folder / "preprocess", {**sizes.source, "image.size": sizes.size})
    project.stage("download")
    archives = [archive for split in ("train", "test") for archive in project.archives(split)]
    count = sum(len(ZipFile(archive).namelist()) for archive in archives)
    pool = [sys.executable, "-m", "bench.preparing", str(sizes.size), *map(str, archives)]
    project.seconds(*pool)  # once unmeasured
    yield Measured(
        "preprocess",
        *in_turn(
            rounds,
            lambda: count / project.seconds(sys.executable, "-m", "stages.preprocess"),
            lambda: count / project.seconds(*pool),
        ),
        note=f"{count:,} {sizes.pictures}, {sizes.size} pixels".replace(f"{sizes.drawn:,} drawn", "drawn"),
    )


def bare(item: tuple[bytes, int]) -> None:
    content, size = item
    Image.open(BytesIO(content)).convert("RGB").resize((size, size), Image.Resampling.BICUBIC)


def contents(archives: list[str], size: int) -> Iterator[tuple[bytes, int]]:
    for archive in archives:
        with ZipFile(archive) as opened:
            for name in opened.namelist():
                if not name.endswith("/"):
                    yield opened.read(name), size


if __name__ == "__main__":
    with Pool() as pool:
        for _ in pool.imap(bare, contents(sys.argv[2:], int(sys.argv[1])), chunksize=16):
            pass
