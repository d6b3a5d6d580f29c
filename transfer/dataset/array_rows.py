"""Arrays on disk, written batch by batch and read row by row."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import numpy as np


def write_rows(path: Path, batches: Iterable[np.ndarray], shape: tuple[int, int]) -> None:
    """Write an .npy file batch by batch, so that memory does not grow with the number of rows.

    batches: float32 (b, width), of `shape` when put together
    """
    with path.open("wb") as file:
        np.lib.format.write_array_header_1_0(file, {"descr": "<f4", "fortran_order": False, "shape": shape})
        for batch in batches:
            file.write(batch.tobytes())


class ArrayRows:
    """Rows of an .npy file, read when they are indexed; none stays in memory, and none is mapped there.

    Indexed along the first axis, by a slice without a step or by int (n,), it returns an array.
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
