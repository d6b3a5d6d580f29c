"""The binary form: metrics and thresholds, by hand and against scikit-learn."""

import json

import numpy as np
import pytest
import sklearn.metrics as sk
from hypothesis import given
from hypothesis import strategies as st

from tests.analysis.made import predictions
from transfer.analysis import binary
from transfer.analysis.binary import BinaryMetrics, Confusion

ACTUAL = np.array([1, 1, 1, 0, 0, 1])
PROBABILITY = np.array([0.9, 0.8, 0.3, 0.2, 0.6, 0.5])
KEYS = "accuracy accuracy_low accuracy_high precision recall f1 specificity roc_auc average_precision log_loss"


def measured(actual, probability, threshold):
    return binary.binary_metrics(predictions(actual, probability, threshold=threshold))


samples = st.lists(st.tuples(st.integers(0, 1), st.floats(0, 1, width=32)), min_size=1, max_size=60)


def test_by_hand():
    got = measured(ACTUAL, PROBABILITY, 0.5)
    assert got.confusion == Confusion(tp=3, fp=1, fn=1, tn=1) and got.n == 6
    assert got.accuracy == 4 / 6 and got.precision == got.recall == got.f1 == 0.75
    assert got.specificity == 0.5
    assert got.roc_auc == 6 / 8  # of 8 pairs of a dog and a cat, the dog is ranked higher in 6
    np.testing.assert_allclose(got.log_loss, -np.mean(np.log([0.9, 0.8, 0.3, 0.8, 0.4, 0.5])), rtol=1e-6)
    np.testing.assert_allclose(got.brier, np.mean([0.01, 0.04, 0.49, 0.04, 0.36, 0.25]))


def test_what_is_written_keeps_its_keys_and_their_order():
    content = measured(ACTUAL, PROBABILITY, 0.5).to_json()
    assert list(content) == [*KEYS.split(), "brier", "ece", "ece_floor", "n", "threshold", "confusion"]
    assert list(content["confusion"]) == ["tp", "fp", "fn", "tn"]


def test_the_threshold_counts_as_positive():
    got = measured(ACTUAL, PROBABILITY, 0.6)
    assert got.confusion == Confusion(tp=2, fp=1, fn=2, tn=1)


@given(samples, st.floats(0.01, 0.99))
def test_against_scikit_learn_and_always_json(pairs, threshold):
    actual, probability = (np.array(column) for column in zip(*pairs, strict=True))
    got = measured(actual, probability, threshold)
    predicted = probability >= threshold
    np.testing.assert_allclose(got.precision, sk.precision_score(actual, predicted, zero_division=0))
    np.testing.assert_allclose(got.recall, sk.recall_score(actual, predicted, zero_division=0))
    np.testing.assert_allclose(got.f1, sk.f1_score(actual, predicted, zero_division=0))
    assert 0 <= got.accuracy_interval.low <= got.accuracy <= got.accuracy_interval.high <= 1
    assert BinaryMetrics.from_json(json.loads(json.dumps(got.to_json(), allow_nan=False))) == got


def test_certainty_that_is_wrong_costs_a_bounded_amount():
    np.testing.assert_allclose(binary.log_loss([1, 0], [0.0, 1.0]), 24 * np.log(2))


def test_no_predictions_are_refused():
    with pytest.raises(ValueError, match="no predictions"):
        measured([], [], 0.5)


def test_thresholds_by_hand():
    actual, probability = np.array([1, 1, 0, 0, 1]), np.array([0.9, 0.2, 0.6, 0.1, 0.3])
    got = binary.thresholds(actual, probability, [0.05, 0.5, 0.95])
    assert got["fp"].tolist() == [2, 1, 0] and got["fn"].tolist() == [0, 2, 3]
    np.testing.assert_allclose(got["precision"], [3 / 5, 1 / 2, 0])
    np.testing.assert_allclose(got["recall"], [1, 1 / 3, 0])
