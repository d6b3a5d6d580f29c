"""Class by class: by hand, and what is written. See also test_multiclass.py."""

import numpy as np
import pandas as pd
import pytest

from tests.analysis.made import predictions
from transfer.analysis.intervals import wilson_interval
from transfer.analysis.per_class import ClassMetrics, confusion_table, most_confused, per_class, write_per_class
from transfer.classes import Classes

NAMES = ("ants", "bees", "cows", "NA")
ACTUAL = np.array([0, 0, 0, 1, 1, 2, 2, 2])  # and no picture of the last class
SEEN = np.array([0, 1, 1, 1, 0, 2, 2, 3])


@pytest.fixture
def made():
    """Certain of what each picture is; the second picture of bees taken for ants is the surer error."""
    p = np.eye(4)[SEEN] * 0.6 + 0.1
    p[2] = [0.05, 0.75, 0.1, 0.1]
    return predictions(ACTUAL, p, classes=Classes(NAMES))


def test_by_hand(made):
    ants, bees, cows, last = per_class(made)
    assert (ants.n, ants.precision, ants.recall, ants.f1) == (3, 1 / 2, 1 / 3, 2 / 5)
    assert (bees.precision, bees.recall) == (1 / 3, 1 / 2) and (cows.precision, cows.recall) == (1, 2 / 3)
    assert ants.recall_interval == wilson_interval(1, 3) and ants.precision_interval == wilson_interval(1, 2)
    assert cows.roc_auc == (2 * 5 + 5 / 2) / 15  # two cows are above all five others, the third is level with them
    assert last == ClassMetrics("NA", 0)
    assert confusion_table(made).tolist() == [[1, 2, 0, 0], [1, 1, 0, 0], [0, 0, 2, 1], [0, 0, 0, 0]]


def test_a_class_that_is_never_called_has_a_precision_of_zero_and_no_interval():
    only = predictions([0, 1], [[0.9, 0.1], [0.8, 0.2]], classes=Classes(("ants", "bees")))
    _, bees = per_class(only)
    assert (bees.precision, bees.precision_interval, bees.recall, bees.f1, bees.roc_auc) == (0, None, 0, 0, 1)


def test_in_the_binary_form_both_classes_have_their_figures():
    cats, dogs = per_class(predictions([0, 0, 1, 1, 1], [0.2, 0.6, 0.7, 0.4, 0.9]))
    assert (cats.recall, cats.precision) == (1 / 2, 1 / 2) and (dogs.recall, dogs.precision) == (2 / 3, 2 / 3)
    assert cats.roc_auc == dogs.roc_auc == 5 / 6


def test_the_most_confused_pairs_come_first_and_the_surest_errors_of_each(made):
    pairs = [(actual, predicted, rows.tolist()) for actual, predicted, rows in most_confused(made, 9)]
    assert pairs == [(0, 1, [2, 1]), (1, 0, [4]), (2, 3, [7])]
    assert len(most_confused(made, 2)) == 2
    assert most_confused(predictions([0, 1], [0.1, 0.9]), 9) == []


def test_what_is_written(made, tmp_path):
    write_per_class(tmp_path / "a.csv", per_class(made))
    table = pd.read_csv(tmp_path / "a.csv", keep_default_na=False, na_values="nan")
    ends = [f"{measure}{end}" for measure in ("precision", "recall") for end in ("", "_low", "_high")]
    assert list(table) == ["class", "n", *ends, "f1", "roc_auc"] and table["class"].tolist() == list(NAMES)
    assert table.loc[0, "recall_high"] == wilson_interval(1, 3).high
    assert table.loc[3, "n"] == 0 and table.loc[3, ends].isna().all()
