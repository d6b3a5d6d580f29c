"""Small pictures, folders and archives of them, for tests to read."""

import io
import zipfile
from functools import cache
from pathlib import Path

from transfer.dataset.drawn import draw


@cache
def jpeg(label: str, index: int) -> bytes:
    """A drawing as a JPEG stream. label: cats or dogs; index: which one."""
    stream = io.BytesIO()
    draw(label, index, 1).save(stream, "JPEG")
    return stream.getvalue()


def fill(folder: Path, n: int = 6, classes: tuple[str, ...] = ("cats", "dogs"), first: int = 0) -> Path:
    """Write `n` drawings a class into FOLDER/CLASS, from the drawing number `first` on; returns the folder."""
    for label in classes:
        (folder / label).mkdir(parents=True)
        for index in range(first, first + n):
            kind = "dogs" if label.lower().startswith("dog") else "cats"
            number = index + 1000 * len(label) * (label not in ("cats", "dogs"))  # no drawing is in two folders
            (folder / label / f"{label[:-1]}.{index}.jpg").write_bytes(jpeg(kind, number))
    return folder


def pictures(*folders: str, n: int = 6, first: int = 0) -> dict[str, bytes]:
    """`n` drawings in each folder, by name: dogs in folders that are called so, else cats."""
    return {
        f"{folder}/{index}.jpg": jpeg("dogs" if "dog" in folder.lower() else "cats", first + index)
        for folder in folders
        for index in range(n)
    }


def zip_bytes(members: dict[str, bytes]) -> bytes:
    """A zip archive of the members."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return stream.getvalue()
