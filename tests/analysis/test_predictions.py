"""Stored predictions: lossless."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import expit

from tests.analysis.made import predictions
from transfer.analysis import paired
from transfer.analysis.curves import Curves
from transfer.analysis.metrics import measure
from transfer.analysis.predictions import Predictions
from transfer.classes import Classes
from transfer.errors import InputError

IDS = ["a", "b", "c", "d", "e"]
ACTUAL = np.array([1, 1, 0, 0, 1])
COLUMNS = ("ids", "files", "actual", "predicted", "probability", "actual_probability")


def made(probability, ids=IDS, actual=ACTUAL, **others):
    return predictions(actual, probability, ids=ids, files=[f"test/{name}.jpg" for name in IDS], **others)


FIRST = made([0.9, 0.2, 0.6, 0.1, 0.3])
SECOND = made([0.8, 0.7, 0.9, 0.9, 0.6])


def equal(one: Predictions, other: Predictions) -> bool:
    return one.classes == other.classes and all(
        (getattr(one, column) == getattr(other, column)).all() for column in COLUMNS
    )


@given(st.lists(st.floats(0, 1, width=32), min_size=1, max_size=20))
def test_predictions_survive_to_the_bit(tmp_path_factory, values):
    n = len(values)
    names = [f'test/NA/{i},ü".jpg' for i in range(n)]
    written = predictions(
        np.arange(n) % 2,
        values,
        ids=[f"{i:016d}" for i in range(n)],
        files=names,
        classes=Classes(("NA", "null"), "null"),
    )
    path = tmp_path_factory.mktemp("predictions") / "p.csv"
    written.write(path)
    assert path.read_text(encoding="utf-8").splitlines()[0] == "id,file,actual,predicted,probability"
    read = Predictions.read(path, written.classes)
    assert read.probability.tobytes() == np.array(values, np.float32).tobytes()
    assert equal(read, written)


@given(st.lists(st.floats(-200, 200, width=32), min_size=1, max_size=20))
def test_logits_survive_to_the_bit_and_rank(tmp_path_factory, values):
    logits = np.array(values, np.float32)
    written = made_of(logits)
    path = tmp_path_factory.mktemp("predictions") / "p.csv"
    written.write(path)
    assert path.read_text(encoding="utf-8").splitlines()[0] == "id,file,actual,predicted,probability,logit"
    read = Predictions.read(path, written.classes)
    assert read.logit.tobytes() == read.score.tobytes() == logits.tobytes() and equal(read, written)
    assert read.take(np.array([0])).logit.tobytes() == logits[:1].tobytes()


def made_of(logits):
    return predictions(np.arange(len(logits)) % 2, expit(logits), logits=logits[:, None])


def test_pictures_whose_probabilities_are_all_1_are_ranked_by_their_logits():
    saturated = made_of(np.array([20, 30, 25, 40], np.float32))
    assert set(saturated.probability) == {1} and measure(saturated).roc_auc == 1
    assert measure(replace(saturated, logit=None)).roc_auc == 0.5
    assert len(Curves.of(saturated).roc) > len(Curves.of(replace(saturated, logit=None)).roc)
    assert paired.compare(replace(saturated, logit=None), saturated, 7).roc_auc.value == 0.5


@given(st.integers(3, 12), st.integers(1, 20), st.integers(0, 2**32))
def test_predictions_of_many_classes_survive_to_the_bit(tmp_path_factory, k, n, seed):
    random = np.random.default_rng(seed)
    classes = Classes(("NA", "null", "1e5", *(f"class, {index}" for index in range(3, k))))
    written = predictions(random.integers(0, k, n), random.random((n, k)), classes=classes)
    path = tmp_path_factory.mktemp("predictions") / "p.csv"
    written.write(path)
    assert path.read_text(encoding="utf-8").splitlines()[0] == (
        "id,file,actual,predicted,probability,actual_probability"
    )
    read = Predictions.read(path, classes)
    assert equal(read, written) and read.probabilities is None
    assert read.probability.dtype == read.actual_probability.dtype == np.float32
    turned = Predictions.read(path, Classes(classes.names[::-1]))  # classes are found by name, in whichever order
    assert (turned.predicted_names == written.predicted_names).all()


def test_the_most_probable_class_is_called_and_the_first_of_equals():
    p = [[0.2, 0.5, 0.3], [0.4, 0.2, 0.4], [0.1, 0.1, 0.8]]
    made = predictions([1, 2, 0], p, classes=Classes(("a", "b", "c")))
    assert made.predicted_names.tolist() == ["b", "a", "c"] and made.right.tolist() == [True, False, False]
    np.testing.assert_array_equal(made.probability, np.float32([0.5, 0.4, 0.8]))
    np.testing.assert_array_equal(made.actual_probability, np.float32([0.5, 0.4, 0.1]))
    np.testing.assert_array_equal(made.take(np.array([2, 0])).probabilities, np.float32([p[2], p[0]]))


def test_in_the_binary_form_probabilities_of_the_actual_and_the_called_class_follow_from_the_positive_one():
    made = predictions([1, 0, 1], [0.75, 0.75, 0.25])
    assert made.actual_probability.tolist() == [0.75, 0.25, 0.25]
    assert made.called_probability.tolist() == [0.75, 0.75, 0.75]
    np.testing.assert_array_equal(made.matrix, [[0.25, 0.75], [0.25, 0.75], [0.75, 0.25]])


@pytest.mark.parametrize(
    ("classes", "said"),
    [
        (Classes(("cats", "cows")), "of a run with another data.positive_class"),
        (Classes(("cats", "cows"), "cows"), "names a class that the run does not have: dogs"),
    ],
)
def test_predictions_of_other_classes_are_not_misread(tmp_path, classes, said):
    FIRST.write(path := tmp_path / "p.csv")
    with pytest.raises(InputError, match=said):
        Predictions.read(path, classes)
