"""Features less their mean, of length 1: their products are cosines that tell pictures of one kind apart."""

from collections.abc import Iterator

import numpy as np

from transfer.dataset.array_rows import ArrayRows

BLOCK = 1024  # rows at a time


def mean_row(rows: ArrayRows) -> np.ndarray:
    """The mean of float32 (n, width), as float64 (width,); 0 where there are no rows."""
    return sum(block.sum(axis=0, dtype=np.float64) for _, block in blocks(rows)) / max(1, len(rows))


def unit_rows(rows: np.ndarray, centre: np.ndarray) -> np.ndarray:
    """Rows less the centre, of length 1: float32."""
    rows = (rows - centre).astype(np.float32)
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-6)


def blocks(rows: ArrayRows) -> Iterator[tuple[int, np.ndarray]]:
    """The rows, BLOCK at a time, each with the number of its first one."""
    for start in range(0, len(rows), BLOCK):
        yield start, rows[start : start + BLOCK]
