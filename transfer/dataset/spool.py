"""Streams put aside in a temporary file."""

from __future__ import annotations

import os
from array import array
from pathlib import Path

import numpy as np


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
