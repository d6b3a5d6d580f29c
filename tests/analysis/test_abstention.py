"""Who answers less is right more often; what that costs is chosen on validation and measured on test."""

import numpy as np
import pytest
from sklearn.metrics import accuracy_score

from tests.analysis.made import predictions, probabilities
from transfer.analysis.abstention import Abstention, risk_coverage
from transfer.analysis.intervals import wilson_interval

ACTUAL = np.arange(400) % 2
MADE = predictions(ACTUAL, probabilities(ACTUAL, 2.0, 0))


def test_the_curve_is_the_accuracy_of_those_that_are_answered():
    curve = risk_coverage(MADE)
    assert curve["answered"].is_monotonic_increasing and curve["answered"].iloc[-1] == 1
    assert curve["accuracy"].iloc[-1] == accuracy_score(MADE.actual, MADE.predicted)
    for _, row in curve.iloc[::37].iterrows():
        answered = MADE.called_probability >= row["probability"]
        assert answered.mean() == row["answered"]
        assert accuracy_score(MADE.actual[answered], MADE.predicted[answered]) == row["accuracy"]


def test_pictures_that_are_equally_sure_are_answered_together():
    curve = risk_coverage(predictions([1, 1, 0, 1], [0.75, 0.75, 0.75, 0.5]))
    assert curve["answered"].tolist() == [0.75, 1] and curve["accuracy"].tolist() == [2 / 3, 0.75]


def test_an_accuracy_is_paid_in_answers():
    validation, test = MADE.take(np.arange(200)), MADE.take(np.arange(200, 400))
    costs = [Abstention.of(validation, test, target) for target in (0.9, 0.95, 0.99)]
    assert 0 < costs[0].abstained < costs[1].abstained < costs[2].abstained < 1
    for cost in costs:
        sure = validation.called_probability >= cost.probability
        assert validation.right[sure].mean() >= cost.target
        answered = test.called_probability >= cost.probability
        assert (cost.answered, cost.right) == (answered.sum(), test.right[answered].sum())
        assert cost.accuracy == cost.right / cost.answered and cost.abstained == 1 - cost.answered / 200
        assert cost.interval == wilson_interval(cost.right, cost.answered)


def test_what_validation_reaches_without_abstaining_costs_nothing():
    validation = predictions([0, 1], [0.2, 0.8])
    cost = Abstention.of(validation, predictions([0, 1], [0.49, 0.51]), 0.95)
    assert cost.abstained == 0 and cost.probability == 0 and cost.accuracy == 1


def test_what_validation_never_reaches_has_no_price():
    cost = Abstention.of(predictions([0, 1], [0.9, 0.1]), MADE, 0.95)
    assert cost.probability is None and cost.accuracy is None and cost.interval is None


@pytest.mark.parametrize("target", [0.95, 1.0])
def test_there_may_be_nothing_left_to_answer(target):
    validation = predictions([1, 0, 1], [0.99, 0.4, 0.45])
    cost = Abstention.of(validation, predictions([0, 1], [0.3, 0.7]), target)
    assert cost.probability == pytest.approx(0.6) and cost.answered == 2
    cost = Abstention.of(validation, predictions([0, 1], [0.45, 0.55]), target)
    assert cost.answered == 0 and cost.abstained == 1 and cost.accuracy is None
