"""Which pictures are near to which, as a network sees them."""

from dataclasses import dataclass

import numpy as np
from cleanlab.outlier import OutOfDistribution

NEAREST = 10  # pictures that a distance is averaged over
TIMES_NEARER = 4  # a copy is that much nearer than the tenth nearest: where all are alike, being near says nothing
BLOCK = 1024  # rows at a time


@dataclass(frozen=True, eq=False)
class Neighbours:
    """distance: mean cosine distance to the NEAREST known pictures, on cleanlab's scale, float (n,)

    twin: row of a known picture that is nearly the same, or -1, int (n,)
    """

    distance: np.ndarray
    twin: np.ndarray


def find_neighbours(known: np.ndarray, others: np.ndarray, least: float) -> Neighbours:
    """Compare known pictures with one another, and others with them; both are in the result, the known ones first.

    known: features, float32 (n, width)
    others: likewise (m, width)
    least: cosine of two pictures that are nearly the same
    """
    centre = known.mean(axis=0)
    known, others = known - centre, others - centre
    nearest = min(NEAREST, len(known) - 1)
    judge = OutOfDistribution({"k": nearest})
    typical = judge.fit_score(features=known, verbose=False)
    found = [judge.params["knn"].kneighbors()]
    if len(others):
        typical = np.concatenate([typical, judge.score(features=others)])
        found.append(judge.params["knn"].kneighbors(others))
    distances, rows = (np.concatenate(parts) for parts in zip(*found, strict=True))
    near = (distances[:, 0] <= 1 - least) & (TIMES_NEARER * distances[:, 0] <= distances[:, nearest - 1])
    # cleanlab gives exp(-distance / its median): the logarithm is a distance again.
    return Neighbours(-np.log(np.maximum(typical, 1e-300)), np.where(near, rows[:, 0], -1))


def nearest_of_class(features: np.ndarray, rows: np.ndarray, candidates: np.ndarray) -> np.ndarray:
    """For some pictures, the nearest of some others: int (len(rows),); -1 where there is none.

    features: float32 (n, width)
    rows: int (m,)
    candidates: whether each may be the one, bool (n,); no picture is its own neighbour
    """
    among = np.flatnonzero(candidates)
    found = np.full(len(rows), -1)
    centre = features.mean(axis=0)
    targets = _unit(features[among] - centre)
    for start in range(0, len(rows) if len(among) else 0, BLOCK):
        part = rows[start : start + BLOCK]
        cosines = _unit(features[part] - centre) @ targets.T
        cosines[part[:, None] == among] = -2
        best = cosines.argmax(axis=1)
        found[start : start + BLOCK] = np.where(cosines[np.arange(len(part)), best] > -2, among[best], -1)
    return found


def _unit(rows: np.ndarray) -> np.ndarray:
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-6)
