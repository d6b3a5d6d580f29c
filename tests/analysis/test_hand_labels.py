"""The figures with the labels as they came, against cases worked out by hand."""

import numpy as np
import pytest

from tests.analysis.made import CLASSES, predictions
from transfer.analysis.hand_labels import HandLabels, as_they_came
from transfer.analysis.predictions import Predictions
from transfer.classes import Classes

IDS = ["a", "b", "c", "d"]


def row(id_: str, given: str, label: str, split: str = "test") -> dict[str, str]:
    return {"id": id_, "split": split, "given": given, "label": label}


def made() -> dict[str, Predictions]:
    """Three right of four."""
    return {"head": predictions([0, 1, 1, 0], [0.1, 0.9, 0.8, 0.7], ids=IDS)}


def test_each_kind_of_correction_counts_and_changes_the_figures_before():
    gone = {"head": predictions([0], [0.9], ids=["e"])}
    record = [row("b", "cats", "dogs"), row("e", "cats", ""), row("c", "", "dogs"), row("d", "cats", "cats")]
    found = HandLabels.of([*record, row("x", "cats", "dogs", "train")], made(), gone)
    assert (found.relabelled, found.dropped, found.added, found.changed) == (1, 1, 1, 3)
    # As they came: a right, b a cat called dog, c not there, d wrong, e a cat called dog.
    before, after = found.before["head"], found.after["head"]
    assert (before.n, before.accuracy, after.n, after.accuracy) == (4, 0.25, 4, 0.75)
    assert before.log_loss == pytest.approx(-np.log([0.9, 0.1, 0.3, 0.1]).mean(), rel=1e-6)
    assert found.to_json() == {
        "relabelled": 1,
        "dropped": 1,
        "added": 1,
        "head": {
            "accuracy_before": 0.25,
            "accuracy_after": 0.75,
            "log_loss_before": before.log_loss,
            "log_loss_after": after.log_loss,
            "n_before": 4,
            "n_after": 4,
        },
    }


def test_there_is_nothing_to_tell_where_the_test_split_is_as_it_came():
    assert HandLabels.of([], made(), {}) is None
    unchanged = [row("a", "cats", "cats"), row("x", "cats", "dogs", "train"), row("y", "cats", "", "validation")]
    assert HandLabels.of(unchanged, made(), {}) is None


def test_a_class_that_is_not_used_had_no_pictures_here():
    before = as_they_came(made()["head"], {"b": "owls"}, None)
    assert before.ids.tolist() == ["a", "c", "d"] and before.classes == CLASSES


def test_many_classes_keep_their_probabilities():
    classes = Classes(("a", "b", "c"))
    p = np.array([[0.7, 0.2, 0.1], [0.1, 0.3, 0.6]])
    there = Predictions.of(["x", "y"], ["x", "y"], np.array([0, 1]), p, classes)
    before = as_they_came(there, {"y": "c"}, None)
    assert before.actual.tolist() == [0, 2] and before.actual_probability == pytest.approx([0.7, 0.6])
    assert before.right.tolist() == [True, True] and there.right.tolist() == [True, False]
