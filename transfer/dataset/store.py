"""Prepared pictures in two large files: JPEG streams end to end, and a manifest that says where each one lies.

DVC, object stores and disks are slow with many small files. One file with offsets has reproducible bytes, takes no more
room than the pictures, and any row can be read from it without the others.
"""

from __future__ import annotations

import csv
import json
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from transfer.classes import Classes
from transfer.errors import InputError

if TYPE_CHECKING:  # pandas takes half a second and 45 MB, and only reading needs it
    import pandas as pd

IMAGES, MANIFEST, CLASSES = "images.bin", "manifest.csv", "classes.json"


def read_manifest(folder: str | Path) -> pd.DataFrame:
    """The manifest of a store, one row a picture.

    Columns: id, file, label, target (index of the label in the names of `read_classes`), split, sha256, width, height
    (pixels, of the original), group (of data sets that have groups), offset, bytes (of the JPEG stream in images.bin).
    Raises InputError if it is not there.
    """
    import pandas as pd

    path = _existing(Path(folder) / MANIFEST)
    text = dict.fromkeys(("id", "file", "label", "split", "sha256", "group"), str)
    return pd.read_csv(path, dtype=text, keep_default_na=False)


def groups_of(manifest: pd.DataFrame, split: str) -> list[str]:
    """The group of each picture of a split, in the order of the manifest; "" where it stands alone."""
    rows = manifest[manifest["split"] == split]
    return list(rows["group"]) if "group" in rows else [""] * len(rows)


def read_classes(folder: str | Path) -> Classes:
    """The classes of a store; raises InputError if it is not there."""
    content = json.loads(_existing(Path(folder) / CLASSES).read_text(encoding="utf-8"))
    return Classes(tuple(content["names"]), content["positive"])


def write_classes(folder: Path, classes: Classes) -> None:
    """As JSON: names, a list, and positive, one of them or null."""
    content = {"names": classes.names, "positive": classes.positive}
    (folder / CLASSES).write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def _existing(path: Path) -> Path:
    if not path.is_file():
        raise InputError(f"{path} is not there; `dvc repro preprocess` makes it, `dvc pull` fetches it.")
    return path


class PictureStore:
    """Random access to prepared pictures: they are read from the file each time, and none stays in memory."""

    def __init__(self, folder: str | Path):
        self.manifest = read_manifest(folder)
        self.classes = read_classes(folder)
        self._start = self.manifest["offset"].to_numpy()
        self._end = self._start + self.manifest["bytes"].to_numpy()
        self._images = Path(folder) / IMAGES  # not mapped: every page that was ever read would count as memory

    def __len__(self) -> int:
        return len(self.manifest)

    def jpeg(self, row: int) -> bytes:
        """The JPEG stream of one row."""
        start, end = self._start[row], self._end[row]
        return np.fromfile(self._images, np.uint8, end - start, offset=start).tobytes()

    def picture(self, row: int) -> np.ndarray:
        """The pixels of one row: uint8 (size, size, 3), RGB."""
        return np.asarray(Image.open(BytesIO(self.jpeg(row))))


class StoreWriter:
    """Writes a store picture by picture; none stays in memory."""

    def __init__(self, folder: Path):
        self._images = (folder / IMAGES).open("wb")
        self._manifest = (folder / MANIFEST).open("w", newline="", encoding="utf-8")
        self._table = csv.writer(self._manifest, lineterminator="\n")

    def add(self, jpeg: bytes, columns: dict[str, str | int]) -> None:
        """Append one picture.

        jpeg: its stream
        columns: of its row in the manifest, all but offset and bytes; the same for every picture. Text must be
            printable: a carriage return would end the row for some readers.
        """
        if not self._images.tell():
            self._table.writerow([*columns, "offset", "bytes"])
        self._table.writerow([*columns.values(), self._images.tell(), len(jpeg)])
        self._images.write(jpeg)

    def close(self) -> None:
        self._images.close()
        self._manifest.close()
