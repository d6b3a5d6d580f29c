"""Choosing a threshold, against every threshold there is and against scikit-learn."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.metrics import confusion_matrix, f1_score, make_scorer
from sklearn.model_selection import TunedThresholdClassifierCV

from transfer.analysis.threshold import choose_threshold

PAIRS = st.lists(st.tuples(st.booleans(), st.floats(0, 1, width=32)), min_size=1, max_size=40)


class Given(ClassifierMixin, BaseEstimator):
    """A classifier whose features are its probabilities."""

    classes_ = np.array([0, 1])

    def fit(self, x, y):
        return self

    def predict_proba(self, x):
        return np.column_stack([1 - x[:, 0], x[:, 0]])

    def __sklearn_is_fitted__(self):
        return True


def cost(actual, predicted, missed=5.0):
    (_, fp), (fn, _) = confusion_matrix(actual, predicted, labels=[0, 1])
    return fp + missed * fn


@given(PAIRS, st.none() | st.floats(0.1, 50))
def test_no_threshold_is_better(pairs, missed):
    actual, probability = np.array([a for a, _ in pairs], int), np.array([p for _, p in pairs])
    got = choose_threshold(actual, probability, missed)
    assert 0 < got < 1

    def goodness(threshold):
        called = (probability >= threshold).astype(int)
        return f1_score(actual, called, zero_division=0.0) if missed is None else -cost(actual, called, missed)

    others = [goodness(at) for at in {0.5, *probability, *np.nextafter(probability, 2)} if 0 < at < 1]
    assert goodness(got) >= max(others) - 1e-9


@pytest.mark.parametrize("missed", [None, 5.0])
def test_it_is_at_least_as_good_as_scikit_learns(missed):
    rng = np.random.default_rng(7)
    actual = (rng.random(300) < 0.2).astype(int)
    probability = 1 / (1 + np.exp(-(1.5 * actual - 1 + rng.normal(size=300))))
    scoring = "f1" if missed is None else make_scorer(cost, greater_is_better=False, missed=missed)
    tuned = TunedThresholdClassifierCV(Given(), scoring=scoring, cv="prefit", refit=False, thresholds=300)
    theirs = tuned.fit(probability[:, None], actual).best_threshold_
    ours = choose_threshold(actual, probability, missed)
    of_each = [(probability >= at).astype(int) for at in (ours, theirs)]
    if missed is None:
        assert f1_score(actual, of_each[0]) >= f1_score(actual, of_each[1]) > f1_score(actual, probability >= 0.5)
    else:
        assert cost(actual, of_each[0]) <= cost(actual, of_each[1]) < cost(actual, probability >= 0.5)


def test_by_hand():
    actual, probability = [0, 0, 1, 0, 1], [0.1, 0.2, 0.3, 0.4, 0.9]
    assert choose_threshold(actual, probability) == pytest.approx(0.25)  # F1 4/5; from .65 on it is 2/3
    assert choose_threshold(actual, probability, 0.5) == pytest.approx(0.65)  # one missed costs .5, one false 1
    assert choose_threshold(actual, probability, 3) == pytest.approx(0.25)
    assert choose_threshold([0, 1], [0.2, 0.8]) == 0.5  # the middle of those that make no error


@pytest.mark.parametrize("probability", [[0.0, 0.0], [1.0, 1.0], [0.0, 1.0]])
def test_saturated_probabilities_leave_a_threshold_that_can_be_used(probability):
    assert 0 < choose_threshold([0, 1], probability) < 1
