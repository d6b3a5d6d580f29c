"""What is said of probabilities: of two faults, the one that is there."""

import numpy as np

from tests.analysis.made import predictions
from transfer.analysis import calibration_findings
from transfer.classes import Classes
from transfer.report.wording import LANGUAGES, Texts

NAMES = {"cats": "cats", "dogs": "dogs"}


def keys(actual, probability) -> list[str]:
    found = calibration_findings.calibration(predictions(actual, probability), "A", NAMES)
    assert all(Texts(language).say(one) for one in found for language in LANGUAGES)
    return [one.key.removeprefix("calibration.") for one in found]


def drawn(n: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Log-odds, and what happened by them."""
    rng = np.random.default_rng(seed)
    logit = rng.normal(0, 2, n)
    return logit, (rng.random(n) < 1 / (1 + np.exp(-logit))).astype(int)


def probability(logit):
    return 1 / (1 + np.exp(-logit))


def test_of_probabilities_that_are_right_about_one_in_ten_sets_is_called_wrong():
    """Two tests, each at 5 %."""
    found = [keys(actual, probability(logit)) for logit, actual in (drawn(400, seed) for seed in range(100))]
    assert 82 <= found.count(["none"]) <= 98


def test_each_fault_is_called_by_its_name():
    logit, actual = drawn(3000, 0)
    assert keys(actual, probability(2 * logit)) == ["over"]
    assert keys(actual, probability(logit / 2)) == ["under"]
    assert keys(actual, probability(logit + 0.5)) == ["high"]
    assert keys(actual, probability(logit - 0.5)) == ["low"]
    assert keys(actual, probability(2 * logit + 1)) == ["over", "high"]


def test_what_is_said_of_a_lean_are_shares_of_the_positive_class():
    logit, actual = drawn(3000, 0)
    (found,) = calibration_findings.calibration(predictions(actual, probability(logit + 0.5)), "A", NAMES)
    assert found.gaps["positive"] == "dogs"
    np.testing.assert_allclose(found.gaps["share"], 100 * actual.mean())
    np.testing.assert_allclose(found.gaps["given"], 100 * probability(logit + 0.5).mean(), atol=1e-3)


def test_few_pictures_show_nothing():
    assert keys(np.array([0, 1]), np.array([0.5, 0.5])) == ["none"]
    assert keys(np.array([0, 1]), np.array([0.1, 0.9])) == ["none"]


def test_calibration_of_many_classes_is_of_the_class_that_was_called():
    def key(power: float) -> str:
        p = np.random.default_rng(0).dirichlet(np.full(4, 0.7), 3000)
        actual = (np.random.default_rng(1).random((3000, 1)) < p.cumsum(axis=1)).argmax(axis=1)
        raised = p**power
        classes = Classes(("ants", "bees", "cows", "dogs"))
        made = predictions(actual, raised / raised.sum(axis=1, keepdims=True), classes=classes)
        (found,) = calibration_findings.calibration(made, "A", {})
        return found.key

    assert [key(power) for power in (1, 2, 0.5)] == [f"calibration.{kind}_called" for kind in ("none", "over", "under")]
