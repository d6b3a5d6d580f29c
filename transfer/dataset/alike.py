"""Pictures on two sides of a split that a network sees as nearly one, for a person to look at.

Small pictures are compared before the split (`near_pairs`), and what they show to be one is dropped. A network also
knows a picture under a watermark, or two shots of one scene. It errs at times, so nothing is dropped for it.
"""

import csv
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import numpy as np

from transfer.dataset.array_rows import ArrayRows
from transfer.dataset.centred import blocks, mean_row, unit_rows
from transfer.dataset.contact_sheet import contact_sheet

# The least cosine of a copy, by backbone, between what was measured of copies and of different photographs
# (bench/DUPLICATES.md).
LEAST_COSINE = {"efficientnet_lite0": 0.80, "efficientnet_lite1": 0.80, "efficientnet_lite2": 0.82}
NOT_MEASURED = 0.85  # for other backbones: stricter
# A copy is this many times nearer than the tenth nearest: where all are alike, as X-rays are, being near says nothing.
TIMES_NEARER, NEIGHBOUR = 4, 10
PAIRS = 30  # on a contact sheet


@dataclass(frozen=True)
class Pair:
    """Rows of two splits that are alike. cosine: of their features, less the mean of the first split."""

    split: str
    row: int
    other_split: str
    other_row: int
    cosine: float


def least_cosine(backbone: str | Sequence[str]) -> float:
    """The least cosine of a copy, in the features of a backbone, or of several side by side."""
    return LEAST_COSINE.get(backbone, NOT_MEASURED) if isinstance(backbone, str) else NOT_MEASURED


def alike_across(features: Mapping[str, ArrayRows], least: float) -> list[Pair]:
    """The pictures of each split that are unusually near to one of an earlier split, the nearest pair first.

    features: of each split, float32 (n, width), with train first
    least: cosine
    """
    centre = mean_row(next(iter(features.values())))
    pairs = []
    for earlier, later in combinations(features, 2):
        for start, rows in blocks(features[later]):
            cosines, nearest = _nearest(unit_rows(rows, centre), features[earlier], centre)
            near = (cosines[:, 0] >= least) & (TIMES_NEARER * (1 - cosines[:, 0]) <= 1 - cosines[:, -1])
            for row in np.flatnonzero(near).tolist():
                pairs.append(Pair(earlier, int(nearest[row]), later, start + row, float(cosines[row, 0])))
    return sorted(pairs, key=lambda pair: -pair.cosine)


def _nearest(rows: np.ndarray, others: ArrayRows, centre: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The highest cosines of each row, float32 (n, NEIGHBOUR) in descending order, and where the highest is."""
    cosines, nearest = np.full((len(rows), NEIGHBOUR), -1, np.float32), np.zeros(len(rows), int)
    for start, block in blocks(others):
        found = rows @ unit_rows(block, centre).T
        better = found.max(axis=1) > cosines[:, 0]
        nearest[better] = start + found[better].argmax(axis=1)
        found = np.concatenate([cosines, found], axis=1)
        cosines = -np.sort(-np.partition(found, -NEIGHBOUR, axis=1)[:, -NEIGHBOUR:], axis=1)
    return cosines, nearest


def write_alike(
    folder: Path, pairs: list[Pair], files: Mapping[str, Sequence[str]], read_jpeg: Callable[[str, int], bytes]
) -> None:
    """Write alike.csv, of all pairs, and sheet_alike.png, of the first PAIRS of them, one beside the other.

    folder: where to
    files: the names of each split's pictures
    read_jpeg: gives the JPEG stream of a picture by its split and row
    """
    tiles = []
    with (folder / "alike.csv").open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(("split", "file", "other_split", "other_file", "cosine"))
        for number, pair in enumerate(pairs, 1):
            sides = ((pair.split, pair.row), (pair.other_split, pair.other_row))
            names = [text for split, row in sides for text in (split, files[split][row])]
            table.writerow((*names, f"{pair.cosine:.3f}"))
            if number <= PAIRS:
                tiles += [(read_jpeg(*side), f"{number} {side[0]}") for side in sides]
    contact_sheet(tiles, folder / "sheet_alike.png")
