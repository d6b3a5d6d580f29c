"""What one process does for all pictures alone, by their number, for bench/SCALE.md: python bench/scale.py

Prints a Markdown table: seconds, microseconds a picture, and the peak memory of a process that does this and no more.
Streams are random bytes of the length that photographs have at 224 pixels.
"""

import multiprocessing
import os
import resource
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np

from transfer.dataset.archives import member_ranges, read_pictures
from transfer.dataset.checksums import checksum
from transfer.dataset.near_pairs import near_pairs
from transfer.dataset.splits import assign_validation
from transfer.dataset.spool import Spool
from transfer.dataset.store import StoreWriter, read_manifest

BYTES = 25_000  # of a prepared picture


def duplicates(folder: Path, number: int) -> Callable[[], object]:
    generator, thumbnails = np.random.default_rng(0), Spool(folder / "thumbnails.spool")
    for _ in range(number):
        squares = generator.integers(0, 256, (8, 8), dtype=np.uint8)
        thumbnails.add(np.kron(squares, np.ones((8, 8), np.uint8)).tobytes())
    return lambda: near_pairs(number, lambda rows: thumbnails.rows(rows.tolist()))


def validation(_: Path, number: int) -> Callable[[], object]:
    ids, labels = [f"{index:016x}" for index in range(number)], ["cats", "dogs"] * (number // 2)
    return lambda: assign_validation(ids, labels, 0.2, 7)


def store(folder: Path, number: int, size: int = BYTES) -> Callable[[], object]:
    stream = os.urandom(size)

    def write() -> None:
        writer = StoreWriter(folder)
        for index in range(number):
            columns = {"id": f"{index:016x}", "file": f"train/cats/cat.{index:09d}.jpg", "label": "cats", "target": 0}
            writer.add(stream, {**columns, "split": "train", "sha256": "0" * 64, "width": 500, "height": 375})
        writer.close()

    return write


def manifest(folder: Path, number: int) -> Callable[[], object]:
    store(folder, number, 1)()
    return lambda: read_manifest(folder)


def directory(folder: Path, number: int) -> Callable[[], object]:
    path = folder / "pictures.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for index in range(number):
            archive.writestr(zipfile.ZipInfo(f"cats/cat.{index:09d}.jpg"), b"x")
    last = member_ranges(path, number)[0][-1:]
    return lambda: list(read_pictures(path, print, last))


def hashing(folder: Path, number: int) -> Callable[[], object]:
    store(folder, number)()
    return lambda: checksum(folder / "images.bin", "md5")


def pushing(folder: Path, number: int) -> Callable[[], object]:
    store(folder, number)()
    for command in ("git init -q", "dvc init -q", "dvc remote add -q -d there remote", "dvc add -q images.bin"):
        subprocess.run(command.split(), cwd=folder, check=True)
    return lambda: subprocess.run(["dvc", "push", "-q"], cwd=folder, check=True)


def shuffling(_: Path, number: int) -> Callable[[], object]:
    return lambda: np.random.default_rng(0).permutation(number)


ROWS = {
    "near-duplicates found": (duplicates, (25_000, 100_000)),
    "validation chosen": (validation, (100_000,)),
    "images.bin and manifest.csv written": (store, (100_000,)),
    "images.bin hashed by md5": (hashing, (100_000,)),
    "images.bin pushed to a folder": (pushing, (100_000,)),
    "manifest.csv read": (manifest, (100_000, 1_000_000)),
    "directory of a zip read, for one shard": (directory, (25_000, 100_000)),
    "order of an epoch drawn": (shuffling, (1_000_000, 100_000_000)),
}


def measured(name: str, number: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        work = ROWS[name][0](Path(folder), number)
        start = time.perf_counter()
        work()
        seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"| {name} | {number:,} | {seconds:.2f} | {seconds / number * 1e6:.2f} | {peak:,.0f} |", flush=True)


def main() -> None:
    print("| what | pictures | seconds | µs a picture | MiB |\n|---|---|---|---|---|", flush=True)
    for name, (_, numbers) in ROWS.items():
        for number in numbers:
            process = multiprocessing.get_context("spawn").Process(target=measured, args=(name, number))
            process.start()
            process.join()
            if process.exitcode:
                sys.exit(f"it ended with {process.exitcode}")


if __name__ == "__main__":
    main()
