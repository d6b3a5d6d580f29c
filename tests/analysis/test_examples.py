"""Which pictures are shown, and in which order."""

import numpy as np

from tests.analysis.made import predictions
from transfer.analysis import examples
from transfer.classes import Classes

IDS = ["a", "b", "c", "d", "e"]
ACTUAL = np.array([1, 1, 0, 0, 1])
FIRST = predictions(ACTUAL, [0.9, 0.2, 0.6, 0.1, 0.3], ids=IDS)
SECOND = predictions(ACTUAL, [0.8, 0.7, 0.9, 0.9, 0.6], ids=IDS)


def test_disagreements_start_with_the_widest_apart():
    assert FIRST.ids[examples.disagreements(FIRST, SECOND)].tolist() == ["d", "b", "e"]
    assert not len(examples.disagreements(FIRST, FIRST))


def test_confident_errors_start_with_the_surest():
    assert FIRST.ids[examples.confident_errors(FIRST)].tolist() == ["b", "e", "c"]
    assert SECOND.ids[examples.confident_errors(SECOND)].tolist() == ["c", "d"]  # a tie goes by id


def test_what_is_worth_showing_is_what_the_sections_show():
    assert examples.worth_showing({"head": FIRST, "finetuned": SECOND}) == ["b", "c", "d", "e"]
    wrong = predictions(np.zeros(500, int), np.linspace(0.5, 1, 500))
    right = predictions(np.zeros(500, int), np.zeros(500))
    shown = examples.worth_showing({"head": wrong, "finetuned": right})
    assert len(shown) == max(examples.MOST_DISAGREEMENTS, examples.MOST_ERRORS)


def test_of_many_classes_those_are_worth_showing_that_were_confused_most():
    """Class b is called a more often than any other: so are some of its pictures shown that no other section shows."""
    actual = np.repeat([0, 1, 2], [10, 30, 30])
    called = np.where(actual == 1, 0, actual)
    sure = np.where(np.arange(70) == 50, 0.6, 0.8)[:, None]
    called[40:60] = 0  # more errors, and more confident ones, than the list of errors holds
    p = np.where(np.eye(3)[called] == 1, sure, (1 - sure) / 2)
    p[40:60] = [0.9, 0.1, 0.0]
    made = predictions(actual, p, classes=Classes(("a", "b", "c")))
    errors = {*made.ids[examples.confident_errors(made)[: examples.MOST_ERRORS]]}
    assert not errors & {*made.ids[actual == 1]}
    shown = examples.worth_showing({"head": made, "finetuned": made})
    assert len({*shown} & {*made.ids[actual == 1]}) == examples.MOST_OF_PAIR and errors <= {*shown}


def test_of_many_classes_the_widest_apart_are_so_in_the_probability_of_the_actual_class():
    classes = Classes(("a", "b", "c"))
    one = predictions([0, 0], [[0.9, 0.1, 0.0], [0.6, 0.0, 0.4]], ids=["x", "y"], classes=classes)
    other = predictions([0, 0], [[0.4, 0.6, 0.0], [0.0, 0.0, 1.0]], ids=["x", "y"], classes=classes)
    assert one.ids[examples.disagreements(one, other)].tolist() == ["y", "x"]
    assert other.ids[examples.confident_errors(other)].tolist() == ["y", "x"]


def test_of_many_classes_the_surest_error_is_that_of_the_surest_call():
    """Not that of the least likely actual class: doubt between two others leaves nothing for it."""
    p = [[0.0, 0.52, 0.48], [0.02, 0.98, 0.0], [0.9, 0.1, 0.0]]
    made = predictions([0, 0, 0], p, ids=["x", "y", "z"], classes=Classes(("a", "b", "c")))
    assert made.ids[examples.confident_errors(made)].tolist() == ["y", "x"]
