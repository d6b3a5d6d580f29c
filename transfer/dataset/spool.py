"""Byte strings in a temporary file, so that they take no memory."""

from __future__ import annotations

import os
from array import array
from pathlib import Path

import numpy as np


class Spool:
    """Byte strings in a temporary file, to be read again in any order; memory holds eight bytes for each.

    As a context manager it closes itself.
    """

    def __init__(self, path: Path):
        self._file = path.open("w+b")
        self._ends = array("Q", [0])

    def add(self, content: bytes) -> int:
        """Append one; returns its position: 0, 1, 2, ..."""
        self._file.write(content)
        self._ends.append(self._ends[-1] + len(content))
        return len(self._ends) - 2

    def read(self, position: int) -> bytes:
        """What `add` was given when it returned `position`."""
        self._file.flush()
        start, end = self._ends[position : position + 2]
        return os.pread(self._file.fileno(), end - start, start)

    def rows(self, positions: list[int]) -> np.ndarray:
        """Byte strings of one length as an array: uint8 (n, length)."""
        rows = np.empty((len(positions), self._ends[1]), np.uint8)
        for row, position in zip(rows, positions, strict=True):
            row[:] = np.frombuffer(self.read(position), np.uint8)
        return rows

    def close(self) -> None:
        """Remove the file."""
        Path(self._file.name).unlink()
        self._file.close()

    def __enter__(self) -> Spool:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
