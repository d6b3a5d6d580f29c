"""The paired comparison: counts by hand, intervals that cover, signs that agree."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from tests.analysis.made import predictions
from transfer.analysis import paired

ACTUAL = np.array([1, 1, 1, 0, 0, 0])
FIRST = np.array([0.9, 0.2, 0.4, 0.1, 0.7, 0.2])
SECOND = np.array([0.8, 0.9, 0.6, 0.6, 0.8, 0.1])


def compare(actual, first, second, seed, thresholds=(0.5, 0.5)):
    pair = zip((first, second), thresholds, strict=True)
    return paired.compare(*(predictions(actual, p, threshold=threshold) for p, threshold in pair), seed)


def test_by_hand():
    got = compare(ACTUAL, FIRST, SECOND, 7)
    assert (got.both_right, got.only_first_right, got.only_second_right, got.both_wrong) == (2, 1, 2, 1)
    assert got.n == 6 and got.mcnemar_p == 1.0  # one against two is what chance gives
    np.testing.assert_allclose(got.accuracy.value, 1 / 6)
    np.testing.assert_allclose(got.roc_auc.value, roc_auc_score(ACTUAL, SECOND) - roc_auc_score(ACTUAL, FIRST))


def test_what_is_written_says_what_each_number_is_of():
    written = compare(ACTUAL, FIRST, SECOND, 7).to_json()
    counts = ["n", "both_right", "only_first_right", "only_second_right", "both_wrong", "mcnemar_p"]
    ends = [f"{measure}_difference{end}" for measure in paired.MEASURES for end in ("", "_low", "_high")]
    assert list(written) == counts + ends
    assert list(compare(np.ones(6, int), FIRST, SECOND, 7).to_json()) == counts + ends[:6]  # one class: no ROC


def test_mcnemar_exact():
    """10 discordant pictures, all for the second model: p = 2 / 2**10."""
    actual = np.ones(30, int)
    first = np.where(np.arange(30) < 10, 0.1, 0.9)
    assert compare(actual, first, np.full(30, 0.9), 0).mcnemar_p == pytest.approx(2 / 2**10)
    assert paired.mcnemar_p(0, 10) == paired.mcnemar_p(10, 0) == pytest.approx(2 / 2**10)
    assert paired.mcnemar_p(0, 0) == 1


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10**6))
def test_swapping_the_models_negates_every_difference(seed):
    rng = np.random.default_rng(seed)
    actual, first, second = rng.integers(0, 2, 40), rng.random(40), rng.random(40)
    one, other = (compare(actual, *pair, 1) for pair in ((first, second), (second, first)))
    assert one.only_first_right == other.only_second_right and one.mcnemar_p == other.mcnemar_p
    for measure, difference in one.differences().items():
        swapped = other.differences()[measure]
        np.testing.assert_allclose(difference.value, -swapped.value, atol=1e-12)
        np.testing.assert_allclose(difference.interval.low, -swapped.interval.high, atol=1e-12)
        assert one.better(measure) == -other.better(measure)


def test_the_auc_of_resamples_is_scikit_learns():
    rng = np.random.default_rng(0)
    actual, p = rng.integers(0, 2, 50), rng.integers(0, 10, 50) / 10  # with ties
    rows = rng.integers(0, 50, (20, 50))
    expected = [roc_auc_score(actual[row], p[row]) for row in rows]
    np.testing.assert_allclose(paired._resampled_auc(actual, p, rows), expected)


def test_intervals_are_about_as_wide_as_theory_says():
    rng = np.random.default_rng(1)
    actual = np.ones(1000, int)
    first, second = (np.where(rng.random(1000) < 0.9, 0.9, 0.1) for _ in range(2))
    got = compare(actual, first, second, 3).accuracy
    deviation = np.sqrt(np.var((second > 0.5).astype(float) - (first > 0.5)) / 1000)
    np.testing.assert_allclose(got.interval.high - got.interval.low, 2 * 1.96 * deviation, rtol=0.06)
    assert got.interval.low < got.value < got.interval.high


def test_equal_models_show_no_difference():
    got = compare(ACTUAL, FIRST, FIRST, 7)
    assert got.mcnemar_p == 1 and got.accuracy.interval.low == got.accuracy.interval.high == 0
    assert [got.better(measure) for measure in paired.MEASURES] == [0, 0, 0]


def test_a_clear_difference_has_its_direction():
    rng = np.random.default_rng(2)
    actual = rng.integers(0, 2, 400)
    good = np.where(rng.random(400) < 0.97, actual * 0.8 + 0.1, 0.5 - (actual - 0.5) * 0.8)
    bad = np.where(rng.random(400) < 0.80, actual * 0.8 + 0.1, 0.5 - (actual - 0.5) * 0.8)
    forwards, backwards = compare(actual, bad, good, 0), compare(actual, good, bad, 0)
    for measure in paired.MEASURES:
        assert (forwards.better(measure), backwards.better(measure)) == (1, -1)


def test_the_same_numbers_again():
    assert compare(ACTUAL, FIRST, SECOND, 7) == compare(ACTUAL, FIRST, SECOND, 7)


def test_each_model_may_have_a_threshold_of_its_own():
    got = compare(ACTUAL, FIRST, FIRST, 7, thresholds=(0.5, 0.3))
    assert (got.only_first_right, got.only_second_right) == (0, 1)  # 0.4 is called positive by the second only
