"""The paired comparison: counts by hand, intervals that cover, signs that agree."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom
from sklearn.metrics import roc_auc_score

from tests.analysis.made import predictions
from transfer.analysis import paired
from transfer.analysis.difference import holm, mcnemar_mid_p, mcnemar_p
from transfer.analysis.score_interval import difference_interval
from transfer.analysis.sign_flip import sign_flip_p
from transfer.classes import Classes

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
    counts = ["n", "both_right", "only_first_right", "only_second_right", "both_wrong", "mcnemar_p", "mcnemar_mid_p"]
    counts.append("log_loss_p")
    ends = [f"{measure}_difference{end}" for measure in paired.MEASURES for end in ("", "_low", "_high")]
    assert list(written) == counts + ends
    assert list(compare(np.ones(6, int), FIRST, SECOND, 7).to_json()) == counts + ends[:6]  # one class: no ROC


def test_mcnemar_exact():
    """10 discordant pictures, all for the second model: p = 2 / 2**10."""
    actual = np.ones(30, int)
    first = np.where(np.arange(30) < 10, 0.1, 0.9)
    assert compare(actual, first, np.full(30, 0.9), 0).mcnemar_p == pytest.approx(2 / 2**10)
    assert mcnemar_p(0, 10) == mcnemar_p(10, 0) == pytest.approx(2 / 2**10)
    assert mcnemar_p(0, 0) == 1


@pytest.mark.parametrize("first, second", [(0, 0), (0, 6), (3, 9), (4, 4), (10, 2), (1, 0)])
def test_mid_p_is_half_of_those_as_likely_and_all_of_those_less_likely(first, second):
    """By adding up: pictures that only one model has right are like tosses of a coin."""
    counts = np.arange(first + second + 1)
    chances = binom.pmf(counts, first + second, 0.5)
    farther = abs(counts - counts.mean()) - abs(first - counts.mean())
    expected = chances[farther > 1e-9].sum() + chances[abs(farther) <= 1e-9].sum() / 2
    assert mcnemar_mid_p(first, second) == pytest.approx(1.0 if not first + second else expected)


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
        np.testing.assert_allclose(difference.interval.low, -swapped.interval.high, atol=1e-9)
    for measure in ("accuracy", "log_loss"):
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
    assert (got.mcnemar_p, got.log_loss_p, got.accuracy.value) == (1, 1, 0)
    assert got.accuracy.interval.low == pytest.approx(-got.accuracy.interval.high) and got.accuracy.interval.high > 0
    assert [got.better(measure) for measure in ("accuracy", "log_loss")] == [0, 0]


def test_a_clear_difference_has_its_direction():
    rng = np.random.default_rng(2)
    actual = rng.integers(0, 2, 400)
    good = np.where(rng.random(400) < 0.97, actual * 0.8 + 0.1, 0.5 - (actual - 0.5) * 0.8)
    bad = np.where(rng.random(400) < 0.80, actual * 0.8 + 0.1, 0.5 - (actual - 0.5) * 0.8)
    forwards, backwards = compare(actual, bad, good, 0), compare(actual, good, bad, 0)
    for measure in ("accuracy", "log_loss"):
        assert (forwards.better(measure), backwards.better(measure)) == (1, -1)


def test_two_tests_share_the_risk_and_are_the_textbooks():
    """Of 13 pictures that tell the models apart 11 are for the second, whose probabilities are hardly better."""
    actual = np.ones(40, int)
    first, second = np.full(40, 0.6), np.full(40, 0.61)
    first[:11], second[11:13] = 0.45, 0.4
    got = compare(actual, first, second, 0)
    assert got.mcnemar_p == pytest.approx(2 * (1 + 13 + 78) / 2**13)
    assert got.log_loss_p == sign_flip_p(np.log(first.astype("f4")) - np.log(second.astype("f4")), 0)
    low, high = sorted((got.mcnemar_p, got.log_loss_p))
    corrected = sorted(got.corrected_p(measure) for measure in ("accuracy", "log_loss"))
    assert corrected == [min(1, 2 * low), max(min(1, 2 * low), high)]


def test_a_model_that_is_sure_of_itself_is_not_called_better_where_hardly_anything_goes_wrong():
    actual = np.ones(50, int)
    modest, sure = np.full(50, 0.9), np.full(50, 0.999)
    few, more = compare(actual, modest, sure, 1), None
    assert few.wrong == 0 and few.log_loss_p < 0.001 and few.better("log_loss") == 0
    modest[:6], sure[:6] = 0.4, 0.49
    more = compare(actual, modest, sure, 1)
    assert more.wrong == 6 and more.better("log_loss") == 1


def test_the_same_numbers_again():
    assert compare(ACTUAL, FIRST, SECOND, 7) == compare(ACTUAL, FIRST, SECOND, 7)


def test_each_model_may_have_a_threshold_of_its_own():
    got = compare(ACTUAL, FIRST, FIRST, 7, thresholds=(0.5, 0.3))
    assert (got.only_first_right, got.only_second_right) == (0, 1)  # 0.4 is called positive by the second only


def of_classes(actual, first, second, names="abcd"):
    """A comparison of models that call these classes."""
    classes = Classes(tuple(names))
    return paired.compare(
        *(predictions(actual, 0.1 + np.eye(len(names))[called], classes=classes) for called in (first, second)), 7
    )


def test_class_by_class_by_hand():
    actual = np.repeat([0, 1, 2], 10)
    first, second = actual.copy(), actual.copy()
    first[:8] = 3  # of class a, 8 are found by the second only
    second[10], first[11:13] = 0, 2  # of class b, 1 by the first only and 2 by the second only
    got = of_classes(actual, first, second)
    a, b, c = got.recall_by_class
    assert [one.name for one in (a, b, c)] == ["a", "b", "c"]  # class d has no pictures
    assert (a.n, a.recall.value, a.p, a.p_holm) == (10, 0.8, 2 / 2**8, 3 * 2 / 2**8) and a.sign == 1
    assert (b.recall.value, b.p, b.p_holm, b.sign) == (0.1, 1, 1, 0)
    assert c.recall.value == 0 and c.recall.interval.low == pytest.approx(-c.recall.interval.high)
    assert a.recall.interval == difference_interval(0, 8, 10)
    assert of_classes(actual, second, first).recall_by_class[0].sign == -1
    assert got.roc_auc is None and got.accuracy.value == pytest.approx(9 / 30)
    written = got.to_json()
    assert list(written)[-1] == "by_class" and "roc_auc_difference" not in written and "recall_by_class" not in written
    assert written["by_class"]["a"] == {
        "recall_difference": 0.8,
        "recall_difference_low": a.recall.interval.low,
        "recall_difference_high": a.recall.interval.high,
        "p_holm": a.p_holm,
    }
    assert json.loads(json.dumps(written)) == written


def test_holms_correction_by_hand():
    np.testing.assert_allclose(holm(np.array([0.04, 0.01, 0.03, 0.5])), [0.09, 0.04, 0.09, 0.5])


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10**6), st.integers(3, 20))
def test_the_classes_add_up_to_the_whole(seed, k):
    random = np.random.default_rng(seed)
    actual, first, second = random.integers(0, k, (3, 60))
    got = of_classes(actual, first, second, names=[f"{index:02d}" for index in range(k)])
    assert sum(one.n for one in got.recall_by_class) == got.n
    weighted = sum(one.n * one.recall.value for one in got.recall_by_class) / got.n
    np.testing.assert_allclose(weighted, got.accuracy.value, atol=1e-12)
    for one in got.recall_by_class:
        assert -1 <= one.recall.interval.low <= one.recall.value <= one.recall.interval.high <= 1
        assert one.p <= one.p_holm <= 1
