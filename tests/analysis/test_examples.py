"""Which pictures are shown, and in which order."""

import numpy as np

from tests.analysis.made import predictions
from transfer.analysis import examples

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
