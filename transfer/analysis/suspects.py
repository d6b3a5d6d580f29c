"""Pictures to look at: those whose label seems wrong, and those that are odd in another way, the most suspect first."""

from dataclasses import dataclass

import numpy as np
from cleanlab.rank import get_label_quality_scores

LABEL, AMBIGUOUS, NEAR_DUPLICATE, OUTLIER, NOTHING = KINDS = ("label", "ambiguous", "near_duplicate", "outlier", "")
MARGIN = 0.2  # between the probabilities of the two likeliest classes, below which a picture may be either
FAR = 3.0  # times the distance between the quartiles beyond the upper one: far out (J. W. Tukey, 1977)


@dataclass(frozen=True, eq=False)
class Suspects:
    """What is suspect about each of n pictures.

    suggested: the likeliest class, int (n,)
    confidence: its probability, float (n,)
    score: how suspect the label is, float (n,) in [0, 1]: the probability that is not given to it
    kind: of KINDS, text (n,); of several that fit, ambiguous, else the first
    order: rows, the most suspect first, int (n,): labels in doubt (LABEL and AMBIGUOUS) by score, then the other kinds,
        outliers by how far out they are
    """

    suggested: np.ndarray
    confidence: np.ndarray
    score: np.ndarray
    kind: np.ndarray
    order: np.ndarray


def find_suspects(
    targets: np.ndarray, probabilities: np.ndarray, distance: np.ndarray, twins: np.ndarray, looked_at: np.ndarray
) -> Suspects:
    """Judge each picture by heads that did not see it.

    A label is suspect where another class is likelier. The score is 1 less cleanlab's self-confidence (C. Northcutt et
    al., 2021), which is the probability of the label.

    targets: the labels, int (n,)
    probabilities: of each class, float (n, classes)
    distance: to the nearest pictures, float (n,), in any unit
    twins: whether another picture is nearly the same, bool (n,)
    looked_at: whether a person has confirmed the picture, bool (n,): it comes last, of the kind NOTHING
    """
    probabilities = np.asarray(probabilities, np.float64)
    suggested = probabilities.argmax(axis=1)
    two = np.sort(probabilities, axis=1)[:, -2:]
    low, high = np.quantile(distance, (0.25, 0.75))
    fits = {
        AMBIGUOUS: two[:, 1] - two[:, 0] < MARGIN,
        LABEL: suggested != targets,
        NEAR_DUPLICATE: twins,
        OUTLIER: distance > high + FAR * (high - low),
    }
    place = np.full(len(targets), KINDS.index(NOTHING))
    for kind in (OUTLIER, NEAR_DUPLICATE, LABEL, AMBIGUOUS):  # a later one replaces an earlier
        place[fits[kind]] = KINDS.index(kind)
    place[looked_at] = KINDS.index(NOTHING)
    score = 1 - get_label_quality_scores(targets, probabilities, method="self_confidence")
    tier = np.where(place == KINDS.index(AMBIGUOUS), KINDS.index(LABEL), place)
    within = np.where(place == KINDS.index(OUTLIER), distance / max(distance.max(), 1e-12), score)
    order = np.lexsort((-within, tier, looked_at))
    return Suspects(suggested, two[:, 1], score, np.array(KINDS)[place], order)
