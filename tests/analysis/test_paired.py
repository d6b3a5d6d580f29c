"""The paired comparison: counts by hand, intervals that cover, a verdict that does not overstate."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from transfer.analysis import paired

ACTUAL = np.array([1, 1, 1, 0, 0, 0])
FIRST = np.array([0.9, 0.2, 0.4, 0.1, 0.7, 0.2])
SECOND = np.array([0.8, 0.9, 0.6, 0.6, 0.8, 0.1])


def test_by_hand():
    got = paired.compare(ACTUAL, FIRST, SECOND, 0.5, 7)
    assert (got["both_right"], got["only_first_right"], got["only_second_right"], got["both_wrong"]) == (2, 1, 2, 1)
    assert got["n"] == 6 and got["mcnemar_p"] == 1.0  # one against two is what chance gives
    np.testing.assert_allclose(got["accuracy_difference"], 1 / 6)
    np.testing.assert_allclose(got["roc_auc_difference"], roc_auc_score(ACTUAL, SECOND) - roc_auc_score(ACTUAL, FIRST))


def test_mcnemar_exact():
    """10 discordant pictures, all for the second model: p = 2 / 2**10."""
    actual = np.ones(30, int)
    first = np.where(np.arange(30) < 10, 0.1, 0.9)
    assert paired.compare(actual, first, np.full(30, 0.9), 0.5, 0)["mcnemar_p"] == pytest.approx(2 / 2**10)


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10**6))
def test_swapping_the_models_negates_every_difference(seed):
    rng = np.random.default_rng(seed)
    actual, first, second = rng.integers(0, 2, 40), rng.random(40), rng.random(40)
    one, other = (paired.compare(actual, *pair, 0.5, 1) for pair in ((first, second), (second, first)))
    assert one["only_first_right"] == other["only_second_right"] and one["mcnemar_p"] == other["mcnemar_p"]
    for name in ("accuracy", "log_loss", "roc_auc"):
        if f"{name}_difference" in one:
            np.testing.assert_allclose(one[f"{name}_difference"], -other[f"{name}_difference"], atol=1e-12)
            np.testing.assert_allclose(one[f"{name}_low"], -other[f"{name}_high"], atol=1e-12)


def test_the_auc_of_resamples_is_scikit_learns():
    rng = np.random.default_rng(0)
    actual, p = rng.integers(0, 2, 50), rng.integers(0, 10, 50) / 10  # with ties
    rows = rng.integers(0, 50, (20, 50))
    np.testing.assert_allclose(paired._auc(actual, p, rows), [roc_auc_score(actual[row], p[row]) for row in rows])


def test_intervals_are_about_as_wide_as_theory_says():
    rng = np.random.default_rng(1)
    actual = np.ones(1000, int)
    first, second = (np.where(rng.random(1000) < 0.9, 0.9, 0.1) for _ in range(2))
    got = paired.compare(actual, first, second, 0.5, 3)
    deviation = np.sqrt(np.var((second > 0.5).astype(float) - (first > 0.5)) / 1000)
    np.testing.assert_allclose(got["accuracy_high"] - got["accuracy_low"], 2 * 1.96 * deviation, rtol=0.06)
    assert got["accuracy_low"] < got["accuracy_difference"] < got["accuracy_high"]


def test_equal_models_show_no_difference():
    got = paired.compare(ACTUAL, FIRST, FIRST, 0.5, 7)
    assert got["mcnemar_p"] == 1 and got["accuracy_low"] == got["accuracy_high"] == 0
    said = paired.verdict(got, "head", "finetuned")
    assert said.startswith("no difference in accuracy is shown") and "nor is one in log-loss" in said


def test_a_clear_difference_is_said_with_its_direction():
    rng = np.random.default_rng(2)
    actual = rng.integers(0, 2, 400)
    good = np.where(rng.random(400) < 0.97, actual * 0.8 + 0.1, 0.5 - (actual - 0.5) * 0.8)
    bad = np.where(rng.random(400) < 0.80, actual * 0.8 + 0.1, 0.5 - (actual - 0.5) * 0.8)
    assert paired.verdict(paired.compare(actual, bad, good, 0.5, 0), "head", "finetuned").startswith(
        "finetuned is more accurate"
    )
    assert paired.verdict(paired.compare(actual, good, bad, 0.5, 0), "head", "finetuned").startswith(
        "head is more accurate"
    )


def test_the_same_numbers_again():
    assert paired.compare(ACTUAL, FIRST, SECOND, 0.5, 7) == paired.compare(ACTUAL, FIRST, SECOND, 0.5, 7)


def test_each_model_may_have_a_threshold_of_its_own():
    got = paired.compare(ACTUAL, FIRST, FIRST, (0.5, 0.3), 7)
    assert (got["only_first_right"], got["only_second_right"]) == (0, 1)  # 0.4 is called positive by the second only
