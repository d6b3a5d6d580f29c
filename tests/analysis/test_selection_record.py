"""What training chose, written and read."""

import json

import pytest

from transfer.analysis.selection_record import LOG_LOSS, WEIGHTED_LOG_LOSS, Selection

TRIED = (
    {"averaging_weight": 0.0, "loss": 0.4},
    {"averaging_weight": 0.5, "loss": 0.2},
    {"averaging_weight": 1.0, "loss": 0.3},
)


@pytest.mark.parametrize(
    "selection",
    [
        Selection(WEIGHTED_LOG_LOSS, 0.25, 3, tried=({"l2": 0.01, "epoch": 3, "loss": 0.25},), l2=0.01),
        Selection(LOG_LOSS, 0.2, 4, tried=({"l2": 1, "loss": 0.2},), l2=1, folds=5, converged=True),
        Selection(LOG_LOSS, 0.2, 4, 0.5, TRIED),
        Selection(LOG_LOSS, 0.4, 0),
    ],
)
def test_a_selection_survives(tmp_path, selection):
    selection.write(path := tmp_path / "selection.json")
    assert Selection.read(path) == selection
    keys = ["criterion", "loss", "epoch", "averaging_weight", "tried", "l2", "folds", "converged", "temperature"]
    assert list(json.loads(path.read_text())) == keys


def test_an_average_is_known_as_such():
    average = Selection(LOG_LOSS, 0.2, 4, 0.5, TRIED)
    assert average.averaged and not average.weighted
    assert [average.loss_of_average(weight) for weight in (0, 0.5, 1)] == [0.4, 0.2, 0.3]
    assert not Selection(LOG_LOSS, 0.4, 0).averaged and Selection(WEIGHTED_LOG_LOSS, 0.4, 0).weighted


@pytest.mark.parametrize(("l2", "edge"), [(0.01, True), (0.1, False), (1.0, True)])
def test_a_strength_at_the_edge_of_those_tried_is_known_as_such(l2, edge):
    tried = tuple({"l2": strength, "loss": 0.2} for strength in (0.01, 0.1, 1.0))
    assert Selection(LOG_LOSS, 0.2, 4, tried=tried, l2=l2).at_edge == edge
    assert not Selection(LOG_LOSS, 0.2, 4, tried=tried[:1], l2=0.01).at_edge
