"""The multiclass form: every figure against scikit-learn's, and two classes against the binary form."""

import json

import numpy as np
import pytest
import sklearn.metrics as sk
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.analysis.made import CLASSES, predictions, shares
from transfer.analysis import paired
from transfer.analysis.binary import binary_metrics
from transfer.analysis.metrics import from_json
from transfer.analysis.multiclass import multiclass_metrics
from transfer.analysis.per_class import confusion_table, per_class
from transfer.analysis.predictions import Predictions
from transfer.classes import Classes

KEYS = "accuracy accuracy_low accuracy_high balanced_accuracy macro_precision macro_recall macro_f1 weighted_f1"
CLOSE = {"rtol": 0, "atol": 1e-9}


def classes(k: int) -> Classes:
    return Classes(tuple(f"class {index:03d}" for index in range(k)))


@st.composite
def some_predictions(draw) -> Predictions:
    """Predictions of 2 to 50 classes: some without pictures, some never predicted, many equal probabilities."""
    k, n = draw(st.integers(2, 50)), draw(st.integers(1, 60))
    there = draw(st.sets(st.integers(0, k - 1), min_size=1))
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    levels = draw(st.sampled_from([1, 2, 5, 2**20]))
    raised = 1.0 + random.integers(0, levels, (n, k))
    actual = random.choice(sorted(there), n)
    return predictions(actual, raised / raised.sum(axis=1, keepdims=True), classes=classes(k))


@given(some_predictions())
def test_class_by_class_as_scikit_learn(made):
    labels = range(len(made.classes))
    expected = sk.precision_recall_fscore_support(made.actual, made.predicted, labels=labels, zero_division=0)
    np.testing.assert_array_equal(
        confusion_table(made), sk.confusion_matrix(made.actual, made.predicted, labels=labels)
    )
    for index, (one, precision, recall, f1, n) in enumerate(zip(per_class(made), *expected, strict=True)):
        assert (one.name, one.n) == (made.classes.names[index], n)
        if not n:
            assert (one.precision, one.recall, one.f1, one.roc_auc) == (None,) * 4
            continue
        np.testing.assert_allclose([one.precision, one.recall, one.f1], [precision, recall, f1], **CLOSE)
        assert one.recall_interval.low <= one.recall <= one.recall_interval.high
        if n == len(made):
            assert one.roc_auc is None
        else:
            area = sk.roc_auc_score(made.actual == index, made.probabilities[:, index])
            np.testing.assert_allclose(one.roc_auc, area, **CLOSE)


@pytest.mark.filterwarnings("ignore:.*(y_pred contains classes|do not sum|only one class)")
@given(some_predictions())
def test_all_classes_together_as_scikit_learn(made):
    got, actual, predicted = multiclass_metrics(made), made.actual, made.predicted
    there, labels = np.unique(actual), np.arange(len(made.classes))
    of_classes = {"labels": there, "average": "macro", "zero_division": 0}
    p = made.probabilities.astype(float)
    expected = {
        "accuracy": sk.accuracy_score(actual, predicted),
        "balanced_accuracy": sk.recall_score(actual, predicted, **of_classes),
        "macro_precision": sk.precision_score(actual, predicted, **of_classes),
        "macro_recall": sk.recall_score(actual, predicted, **of_classes),
        "macro_f1": sk.f1_score(actual, predicted, **of_classes),
        "weighted_f1": sk.f1_score(actual, predicted, **of_classes | {"average": "weighted"}),
        "log_loss": -np.mean(np.log(p[np.arange(len(p)), actual])),
        "brier": np.mean(np.sum((p - np.eye(len(labels))[actual]) ** 2, axis=1)),
    }
    if len(there) > 1:
        areas = [sk.roc_auc_score(actual == index, p[:, index]) for index in there]
        expected["roc_auc_ovr"] = np.mean(areas)
    if len(labels) > 10:  # scikit-learn takes the last of equals, so it gets them turned round
        expected["top_5_accuracy"] = sk.top_k_accuracy_score(labels[::-1][actual], p[:, ::-1], k=5, labels=labels)
    for key, value in expected.items():
        np.testing.assert_allclose(getattr(got, key), value, err_msg=key, **CLOSE)
    assert (got.roc_auc_ovr is None) == (len(there) < 2) and (got.top_5_accuracy is None) == (len(labels) <= 10)
    assert (got.n, got.classes) == (len(made), len(labels))


@given(some_predictions())
def test_what_is_written_is_json_and_reads_back(made):
    got = multiclass_metrics(made)
    content = json.loads(json.dumps(got.to_json(), allow_nan=False))
    assert from_json(content) == got
    assert None not in content.values()


def test_what_is_written_keeps_its_keys_and_their_order():
    actual = np.arange(60) % 12
    many = multiclass_metrics(predictions(actual, shares(actual, 12, 2.0, 0), classes=classes(12))).to_json()
    last = ["log_loss", "brier", "ece", "ece_floor", "roc_auc_ovr", "top_5_accuracy", "n", "classes", "by_class"]
    assert list(many) == [*KEYS.split(), *last]
    assert list(many["by_class"]["class 003"]) == ["precision", "recall", "f1", "n", "roc_auc"]
    actual = np.arange(60) % 21
    content = multiclass_metrics(predictions(actual, shares(actual, 21, 2.0, 0), classes=classes(21))).to_json()
    assert list(content) == [*KEYS.split(), *last[:-1]]


@given(st.lists(st.tuples(st.integers(0, 1), *[st.floats(0, 1, width=32)] * 2), min_size=1, max_size=30))
def test_two_classes_come_out_as_in_the_binary_form(pictures):
    """All but how a probability of one half is called: there a class is positive, here the first of two is called."""
    actual, *positive = (np.array(column) for column in zip(*pictures, strict=True))
    assume(not any((p == 0.5).any() for p in positive))
    one = [predictions(actual, p) for p in positive]
    other = [predictions(actual, np.column_stack([1 - p, p]), classes=Classes(CLASSES.names)) for p in positive]
    for binary, multi in zip(map(binary_metrics, one), map(multiclass_metrics, other), strict=True):
        assert binary.accuracy == multi.accuracy and binary.accuracy_interval == multi.accuracy_interval
        np.testing.assert_allclose(multi.log_loss, binary.log_loss, atol=1e-7)
        np.testing.assert_allclose(multi.brier, 2 * binary.brier, atol=1e-6)
        assert multi.by_class.get("dogs", {}).get("recall", 0.0) == binary.recall
    assert per_class(one[0])[1].precision == per_class(other[0])[1].precision
    first, second = paired.compare(*one, 7), paired.compare(*other, 7)
    assert (first.mcnemar_p, first.accuracy) == (second.mcnemar_p, second.accuracy)
    np.testing.assert_allclose(first.log_loss.value, second.log_loss.value, atol=2e-7)


def test_calibration_error_is_of_the_class_that_was_called_by_hand():
    """Called with 0.5 (half of them rightly) and with 0.9 (all rightly): a gap of 0.1 on half of the pictures."""
    p = [[0.5, 0.3, 0.2], [0.2, 0.5, 0.3], [0.9, 0.1, 0.0], [0.0, 0.1, 0.9]]
    got = multiclass_metrics(predictions([0, 2, 0, 2], p, classes=classes(3)))
    np.testing.assert_allclose(got.ece, 0.05, atol=1e-7)


def test_what_needs_all_probabilities_is_left_out_without_them(tmp_path):
    actual = np.arange(48) % 12
    made = predictions(actual, shares(actual, 12, 2.0, 0), classes=classes(12))
    made.write(tmp_path / "p.csv")
    whole, read = (
        multiclass_metrics(one).to_json() for one in (made, Predictions.read(tmp_path / "p.csv", made.classes))
    )
    missing = ("brier", "roc_auc_ovr", "top_5_accuracy", "by_class")
    assert set(whole) - set(read) == set(missing) - {"by_class"}
    assert {key: read[key] for key in read if key not in missing} == {
        key: whole[key] for key in read if key not in missing
    }


def test_no_predictions_are_refused():
    with pytest.raises(ValueError, match="no predictions"):
        multiclass_metrics(predictions([], np.empty((0, 3)), classes=classes(3)))
