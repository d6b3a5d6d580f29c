"""Cut-offs keep out as many new pictures as they say, and a reason is given where they are passed."""

import numpy as np
import pytest

from transfer.analysis.cut_offs import (
    AMBIGUOUS,
    UNLIKE,
    CutOffs,
    class_sets,
    fewest_for,
    highest_distance,
    kept_out,
    least_probability,
)


def test_cut_offs_are_counted_from_the_unusual_end():
    of_actual = np.array([0.1, 0.4, 0.7, 0.8, 0.9, 0.91, 0.92, 0.93, 0.94], np.float32)
    assert least_probability(of_actual, 0.9) == pytest.approx(0.1)  # 1 of 9 + 1 may lie below
    assert least_probability(of_actual, 0.7) == pytest.approx(0.7)  # 3 of 10
    assert least_probability(of_actual, 0.95) == 0  # half a picture of 10: every class is in every set
    assert highest_distance(of_actual, 0.2) == pytest.approx(0.93)  # 2 of 10 may lie above, or be it
    assert highest_distance(of_actual, 0.01) == pytest.approx(0.94)  # the farthest, as there is no finer step


@pytest.mark.parametrize("coverage", [0.5, 0.8, 0.9, 0.95, 0.99, 0.995])
def test_so_many_pictures_vouch_for_a_coverage_and_no_fewer(coverage):
    fewest = fewest_for(coverage)
    assert kept_out(fewest, 1 - coverage) == 1 and kept_out(fewest - 1, 1 - coverage) == 0
    assert fewest_for(0.95) == 19


def test_new_pictures_of_the_same_kind_are_kept_out_as_often_as_was_asked():
    """In 2,000 draws of 199 pictures and a new one: within four standard errors of 5 %, and of 1 in 100."""
    values = np.sort(np.random.default_rng(0).normal(size=(2000, 200)), axis=1)
    new = np.random.default_rng(1).integers(0, 200, 2000)  # of 200 alike, any may be the new one
    below = above = 0
    for row, place in zip(values, new, strict=True):
        others = np.delete(row, place)
        below += row[place] < least_probability(others, 0.95)
        above += row[place] > highest_distance(others, 0.01)
    assert abs(below / 2000 - 0.05) < 4 * np.sqrt(0.05 * 0.95 / 2000)
    assert abs(above / 2000 - 0.01) < 4 * np.sqrt(0.01 * 0.99 / 2000)


@pytest.mark.parametrize(
    "probabilities, distance, expected",
    [
        ([0.2, 0.8], 0.1, ""),
        ([0.4, 0.6], 0.1, AMBIGUOUS),  # both are likely enough
        ([0.25, 0.25, 0.5], 0.1, ""),
        ([0.28, 0.28, 0.44], 0.5, ""),  # 0.5 is not above
        ([0.34, 0.33, 0.33], 0.1, AMBIGUOUS),
        ([0.25, 0.25, 0.25, 0.25], 0.1, AMBIGUOUS),  # none is
        ([0.4, 0.6], 0.51, UNLIKE),
    ],
)
def test_a_reason_is_given_where_a_cut_off_is_passed(probabilities, distance, expected):
    cut_offs = CutOffs(0.3, 0.5)
    assert cut_offs.reason(np.float32(probabilities), distance) == expected


def test_a_probability_on_the_cut_off_is_in_the_set():
    of_actual = np.sort(np.random.default_rng(0).random(99).astype(np.float32))
    least = least_probability(of_actual, 0.9)
    assert class_sets(of_actual[:, None], least).sum() == 99 - 10 + 1
