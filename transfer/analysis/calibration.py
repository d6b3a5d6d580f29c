"""Calibration: whether probabilities agree with how often what they predict comes true.

All arrays are of one model on n pictures: actual {0, 1} (n,), whether what is predicted came true; probability that it
would, in [0, 1] (n,). See `metrics.calibrated` for what that is.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import norm

ERROR_BINS = 15  # of the expected calibration error, as in most publications since Guo et al. (2017)
CURVE_BINS = 10  # of the curve: fewer, so that each point has enough pictures for a readable interval
FLOOR_DRAWS = 200
SMALLEST = 2.0**-24  # probabilities are clipped this far from 0 and 1: the least that float32 can tell from 1


@dataclass(frozen=True)
class CalibrationTest:
    """The outcome of a test of calibration.

    z: above 0 where a model is surer than it is right
    p: two-sided p-value
    """

    z: float
    p: float


def expected_calibration_error(actual: np.ndarray, probability: np.ndarray, bins: int = ERROR_BINS) -> float:
    """Mean distance between predicted probability and observed frequency, over equal-width bins weighted by size.

    Naeini et al. (2015).
    """
    actual, probability = np.asarray(actual, float), np.asarray(probability, float)
    gap = np.bincount(_bin(probability, bins), probability - actual, minlength=bins)
    return float(np.abs(gap).sum() / len(actual))


def calibration_error_floor(probability: np.ndarray, bins: int = ERROR_BINS) -> float:
    """The calibration error that probabilities which are right would show on as many pictures, by chance alone.

    The mean over FLOOR_DRAWS draws of what happens by these very probabilities (J. Bröcker & L. A. Smith, 2007).
    """
    probability = np.asarray(probability, float)
    draws, where = np.random.default_rng(len(probability)), _bin(probability, bins)
    errors = []
    for _ in range(FLOOR_DRAWS):
        happened = draws.random(len(probability)) < probability
        errors.append(np.abs(np.bincount(where, probability - happened, minlength=bins)).sum())
    return float(np.mean(errors) / len(probability))


def calibration_curve(actual: np.ndarray, probability: np.ndarray, bins: int = CURVE_BINS) -> pd.DataFrame:
    """One row for each equal-width bin that is not empty.

    Columns: predicted (mean probability), observed (fraction that came true), n (pictures).
    """
    probability = np.asarray(probability, float)
    table = pd.DataFrame({"predicted": probability, "observed": np.asarray(actual, float), "n": 1})
    grouped = table.groupby(_bin(probability, bins))
    return grouped.agg({"predicted": "mean", "observed": "mean", "n": "sum"}).reset_index(drop=True)


def confidence_test(right: np.ndarray, probability: np.ndarray) -> CalibrationTest:
    """Test whether a model is right about as often as the probabilities of what it calls add up to.

    right: {0, 1} (n,), whether it was right
    probability: of what it called, (n,)
    """
    p = np.clip(np.asarray(probability, float), SMALLEST, 1 - SMALLEST)
    z = np.sum(p - right) / np.sqrt(np.sum(p * (1 - p)))
    return CalibrationTest(float(z), float(2 * norm.sf(abs(z))))


def _bin(probability: np.ndarray, bins: int) -> np.ndarray:
    """The bin of each probability, int (n,) in [0, bins); 1 belongs to the last bin."""
    return np.minimum((probability * bins).astype(int), bins - 1)
