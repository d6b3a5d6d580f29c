"""Prepared pictures in a few large files: JPEG streams end to end, and a manifest that says where each one lies.

Many small files are what DVC, object stores and disks are slow at. One stream of bytes with offsets is byte-stable, can
be read from any row in any order without being loaded, and costs no more than the pictures themselves.
"""

from __future__ import annotations

import csv
import os
from array import array
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from stages.errors import InputError

if TYPE_CHECKING:  # pandas takes half a second and 45 MB: only who reads a manifest pays
    import pandas as pd

IMAGES, MANIFEST = "images.bin", "manifest.csv"


def read_manifest(folder: str | Path) -> pd.DataFrame:
    """The manifest of a store: id, file, label, target, split, sha256, width, height, offset, bytes; one row a picture.

    Raises InputError if it is not there.
    """
    import pandas as pd

    path = Path(folder) / MANIFEST
    if not path.is_file():
        raise InputError(f"{path} is not there; `dvc repro preprocess` makes it, `dvc pull` fetches it.")
    text = dict.fromkeys(("id", "file", "label", "split", "sha256"), str)
    return pd.read_csv(path, dtype=text, keep_default_na=False)


def class_names(manifest: pd.DataFrame) -> tuple[str, str]:
    """The names of the negative and the positive class."""
    negative, positive = manifest.groupby("target")["label"].first()
    return negative, positive


class PictureStore:
    """Random access to prepared pictures: nothing is loaded before it is asked for, or stays when it is not."""

    def __init__(self, folder: str | Path):
        self.manifest = read_manifest(folder)
        self._start = self.manifest["offset"].to_numpy()
        self._end = self._start + self.manifest["bytes"].to_numpy()
        self._images = Path(folder) / IMAGES  # not mapped: all that was ever read would count as memory

    def __len__(self) -> int:
        return len(self.manifest)

    def jpeg(self, row: int) -> bytes:
        """The JPEG stream of one row."""
        start, end = self._start[row], self._end[row]
        return np.fromfile(self._images, np.uint8, end - start, offset=start).tobytes()

    def picture(self, row: int) -> np.ndarray:
        """The pixels of one row: uint8 (size, size, 3), RGB."""
        return np.asarray(Image.open(BytesIO(self.jpeg(row))))


class Rows:
    """Rows of an .npy file, read as they are asked for: nothing of it stays in memory, or mapped there.

    Indexed like an array along its first axis, by a slice without a step or by int (n,).
    """

    def __init__(self, path: str | Path):
        mapped = np.load(path, mmap_mode="r")
        self.shape, self.dtype, self._offset = mapped.shape, mapped.dtype, mapped.offset
        self._file = os.open(path, os.O_RDONLY)

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, rows: slice | np.ndarray) -> np.ndarray:
        if isinstance(rows, slice):
            start, stop, _ = rows.indices(len(self))
            return self._read(start, stop - start)
        return np.concatenate([self._read(0, 0), *(self._read(row, 1) for row in rows.tolist())])

    def _read(self, start: int, count: int) -> np.ndarray:
        size = self.dtype.itemsize * int(np.prod(self.shape[1:]))  # bytes of a row
        content = os.pread(self._file, count * size, self._offset + start * size)
        return np.frombuffer(content, self.dtype).reshape(count, *self.shape[1:])


class StoreWriter:
    """Write a store picture by picture; nothing of it is kept in memory."""

    def __init__(self, folder: Path):
        self._images = (folder / IMAGES).open("wb")
        self._manifest = (folder / MANIFEST).open("w", newline="", encoding="utf-8")
        self._table = csv.writer(self._manifest, lineterminator="\n")

    def add(self, jpeg: bytes, columns: dict[str, str | int]) -> None:
        """Append one picture with its columns of the manifest: the same for each, all but offset and bytes.

        Text in them has to be printable: a carriage return would end the row for some readers.
        """
        if not self._images.tell():
            self._table.writerow([*columns, "offset", "bytes"])
        self._table.writerow([*columns.values(), self._images.tell(), len(jpeg)])
        self._images.write(jpeg)

    def close(self) -> None:
        self._images.close()
        self._manifest.close()


class Spool:
    """Streams put aside in a temporary file, to be read again in another order; in memory are eight bytes for each."""

    def __init__(self, path: Path):
        self._file = path.open("w+b")
        self._ends = array("Q", [0])

    def add(self, stream: bytes) -> int:
        """Keep a stream; returns its place: 0, 1, 2, ..."""
        self._file.write(stream)
        self._ends.append(self._ends[-1] + len(stream))
        return len(self._ends) - 2

    def read(self, place: int) -> bytes:
        """The stream at a place that `add` returned."""
        self._file.flush()
        start, end = self._ends[place : place + 2]
        return os.pread(self._file.fileno(), end - start, start)

    def rows(self, places: list[int]) -> np.ndarray:
        """Streams of one length, as rows: uint8 (n, length)."""
        rows = np.empty((len(places), self._ends[1]), np.uint8)
        for row, place in zip(rows, places, strict=True):
            row[:] = np.frombuffer(self.read(place), np.uint8)
        return rows

    def close(self) -> None:
        """Remove the file."""
        Path(self._file.name).unlink()
        self._file.close()
