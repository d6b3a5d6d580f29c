"""Prepared pictures in a few large files: JPEG streams end to end, and a manifest that says where each one lies.

Many small files are what DVC, object stores and disks are slow at. One stream of bytes with offsets is byte-stable, can
be read from any row in any order without being loaded, and costs no more than the pictures themselves.
"""

import os
from io import BytesIO
from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image

from stages.errors import InputError

IMAGES, MANIFEST = "images.bin", "manifest.csv"


def read_manifest(folder: str | Path) -> pd.DataFrame:
    """The manifest of a store: id, file, label, target, split, sha256, width, height, offset, bytes; one row a picture.

    Raises InputError if it is not there.
    """
    path = Path(folder) / MANIFEST
    if not path.is_file():
        raise InputError(f"{path} is not there; `dvc repro preprocess` makes it, `dvc pull` fetches it.")
    text = dict.fromkeys(("id", "file", "label", "split", "sha256"), str)
    return pd.read_csv(path, dtype=text, keep_default_na=False)


class PictureStore:
    """Random access to prepared pictures, read from a memory map: nothing is loaded before it is asked for."""

    def __init__(self, folder: str | Path):
        self.manifest = read_manifest(folder)
        self._start = self.manifest["offset"].to_numpy()
        self._end = self._start + self.manifest["bytes"].to_numpy()
        self._bytes = np.memmap(Path(folder) / IMAGES, np.uint8, "r")

    def __len__(self) -> int:
        return len(self.manifest)

    def jpeg(self, row: int) -> bytes:
        """The JPEG stream of one row."""
        return self._bytes[self._start[row] : self._end[row]].tobytes()

    def picture(self, row: int) -> np.ndarray:
        """The pixels of one row: uint8 (size, size, 3), RGB."""
        return np.asarray(Image.open(BytesIO(self.jpeg(row))))


class StoreWriter:
    """Write a store picture by picture; what is kept in memory is the manifest alone."""

    def __init__(self, folder: Path):
        self._folder = folder
        self._images = (folder / IMAGES).open("wb")
        self._rows: list[dict] = []

    def add(self, jpeg: bytes, columns: dict[str, str | int]) -> None:
        """Append one picture with its columns of the manifest (all but offset and bytes)."""
        self._rows.append({**columns, "offset": self._images.tell(), "bytes": len(jpeg)})
        self._images.write(jpeg)

    def close(self) -> pd.DataFrame:
        """Write the manifest, and return it."""
        self._images.close()
        manifest = pd.DataFrame(self._rows)
        manifest.to_csv(self._folder / MANIFEST, index=False, lineterminator="\n")
        return manifest


class Spool:
    """Streams put aside in a temporary file, to be read again in another order."""

    def __init__(self, path: Path):
        self._file = path.open("w+b", buffering=0)

    def add(self, stream: bytes) -> tuple[int, int]:
        """Keep a stream; returns its place."""
        start = self._file.seek(0, os.SEEK_END)
        self._file.write(stream)
        return start, len(stream)

    def read(self, place: tuple[int, int]) -> bytes:
        """The stream at a place that `add` returned."""
        return os.pread(self._file.fileno(), place[1], place[0])

    def close(self) -> None:
        """Remove the file."""
        Path(self._file.name).unlink()
        self._file.close()
