"""Averages of the weights before and after training: the one that validates best is left."""

import numpy as np
import pytest

from tests.network import small
from transfer.network.classifier import logits_of
from transfer.network.training.optimizer import adamw
from transfer.network.training.results import EpochFigures
from transfer.network.training.state import TrainingState
from transfer.network.training.weight_selection import average, select_weights

TRIED = (0.3, 0.6)


@pytest.fixture
def state():
    """After one epoch, which changed every variable: weights, statistics of normalisation, the seed of dropout."""
    network = logits_of(small.network())
    optimizer = adamw(0.1, 0.0, 1, 0, {})
    optimizer.build(network.trainable_variables)
    state = TrainingState(network, optimizer)
    nothing = EpochFigures(0, 0, 0, 0)
    state.record(0, nothing, 10.0)
    state.assign([value + np.asarray(1, value.dtype) for value in state.start_values])
    state.record(1, nothing, 5.0)
    return state


def share(state: TrainingState) -> float:
    """How far the variables are on the way from the start to the end."""
    return float(np.mean(state.values()[0] - state.start_values[0]))


@pytest.mark.parametrize("wanted", [0.0, 0.3, 1.0])
def test_the_average_that_validates_best_is_left(state, wanted):
    state.losses = [abs(end - wanted) for end in (0.0, 1.0)]
    selected = select_weights(state, TRIED, lambda: abs(share(state) - wanted))
    assert (selected.averaging_weight, selected.epoch) == (wanted or 1.0, 1 if wanted else 0)
    assert list(selected.tried) == [0.0, 0.3, 0.6, 1.0]
    assert selected.loss == selected.tried[wanted] == min(selected.tried.values())
    for start, left, variable in zip(state.start_values, state.values(), state.variables, strict=True):
        moved = wanted if np.issubdtype(start.dtype, np.floating) else np.ceil(wanted)  # a seed has no average
        np.testing.assert_allclose(left, start + np.asarray(moved, start.dtype), rtol=1e-5, err_msg=variable.path)
    assert len(state.variables) == 9


def test_of_equal_losses_the_start_is_left(state):
    state.losses = [5.0, 5.0]
    assert select_weights(state, TRIED, lambda: 5.0).epoch == 0
    assert share(state) == 0


def test_nothing_is_tried_where_no_epoch_was_trained(state):
    state.best_epoch, state.losses = 0, [5.0]
    selected = select_weights(state, TRIED, lambda: pytest.fail("there is nothing to validate"))
    assert selected.epoch == 0 and selected.tried == {0.0: 5.0, 1.0: 5.0} and share(state) == 0


def test_the_ends_are_exact():
    start, end = [np.float32([0.1, 0.2])], [np.float32([0.3, 0.7])]
    assert average(start, end, 0) is start and average(start, end, 1) is end
    assert average(start, end, 0.5)[0].dtype == np.float32
