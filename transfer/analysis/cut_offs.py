"""Where doubt begins: cut-offs that hold by count, from pictures that had no part in training.

A new picture is as likely to come first, second or last among n others as any of them, if it is one of their kind. So a
cut-off at the k-th of n keeps out no more than k of n + 1 new pictures on average, whatever the model (V. Vovk, A.
Gammerman, G. Shafer, "Algorithmic Learning in a Random World", 2005; split conformal prediction).
"""

from dataclasses import dataclass
from math import ceil

import numpy as np

AMBIGUOUS, UNLIKE = "ambiguous", "unlike the training pictures"
ROUNDING = 1e-9  # 10 * (1 - 0.9) is a little less than 1


def kept_out(n: int, share: float) -> int:
    """How many of n pictures, the most unusual, may lie beyond a cut-off that keeps out at most `share` of new ones."""
    return int((n + 1) * share + ROUNDING)


def least_probability(of_actual: np.ndarray, coverage: float) -> float:
    """The probability from which a class belongs to the set of a picture.

    of_actual: the probability of the actual class of each validation picture, float (n,) in rising order
    coverage: the share of pictures whose set is to hold the right class, in (0, 1)
    Returns 0, so that every set has all classes, where n pictures are too few: below coverage / (1 - coverage).
    """
    out = kept_out(len(of_actual), 1 - coverage)
    return float(of_actual[out - 1]) if out else 0.0


def highest_distance(distances: np.ndarray, false_alarms: float) -> float:
    """The distance above which a picture is unlike the training pictures.

    distances: of the validation pictures, float (n,) in rising order
    false_alarms: the share of pictures of the same kind as they that may be called unlike, in (0, 1)
    Where n is below 1 / false_alarms - 1 it is the largest, and the share up to 1 / (n + 1).
    """
    return float(distances[-max(1, kept_out(len(distances), false_alarms))])


def class_sets(probabilities: np.ndarray, least: float) -> np.ndarray:
    """The classes in the set of each picture, bool (n, K); there may be one, several or none.

    There is none where a model is right more often than was asked for: of pictures that it is less sure of than that.

    probabilities: float32 (n, K)
    least: as from `least_probability`
    """
    return np.asarray(probabilities, np.float32) >= np.float32(least)


@dataclass(frozen=True)
class CutOffs:
    """Where doubt begins.

    least: the probability from which a class belongs to the set of a picture; 0: the pictures were too few
    farthest: the distance above which a picture is unlike the training pictures
    """

    least: float
    farthest: float

    @classmethod
    def of(cls, of_actual: np.ndarray, distances: np.ndarray, coverage: float, false_alarms: float) -> "CutOffs":
        """Of the validation pictures, see `least_probability` and `highest_distance`."""
        return cls(least_probability(of_actual, coverage), highest_distance(distances, false_alarms))

    def reason(self, probabilities: np.ndarray, distance: float) -> str:
        """Why not to answer for a picture: UNLIKE, or else AMBIGUOUS if its set is not of one class, or else "".

        probabilities: float32 (K,)
        """
        if distance > self.farthest:
            return UNLIKE
        return AMBIGUOUS if class_sets(probabilities, self.least).sum() != 1 else ""


def fewest_for(coverage: float) -> int:
    """How many validation pictures it takes to vouch for a coverage."""
    return ceil(coverage / (1 - coverage) - ROUNDING)
