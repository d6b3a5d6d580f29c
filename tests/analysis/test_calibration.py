"""Calibration, by hand."""

import numpy as np
import pytest

from transfer.analysis.calibration import (
    calibration_curve,
    calibration_error_floor,
    confidence_test,
    expected_calibration_error,
)


def test_calibration_error_by_hand():
    """Two bins of 15: P 0.1 with a third positive, P 0.9 with all positive."""
    actual, probability = np.array([1, 0, 0, 1]), np.array([0.1, 0.1, 0.1, 0.9])
    np.testing.assert_allclose(expected_calibration_error(actual, probability), (3 * (1 / 3 - 0.1) + 0.1) / 4)


def test_calibration_curve_by_hand():
    got = calibration_curve(np.array([1, 0, 1, 1]), np.array([0.05, 0.07, 0.95, 1.0]))
    assert list(got) == ["predicted", "observed", "n"]
    np.testing.assert_allclose(got, [[0.06, 0.5, 2], [0.975, 1, 2]])


def test_the_floor_is_the_error_of_probabilities_that_are_right():
    rng = np.random.default_rng(0)
    p = rng.beta(0.5, 0.5, 200)
    errors = [expected_calibration_error(rng.random(200) < p, p) for _ in range(500)]
    assert calibration_error_floor(p) == pytest.approx(np.mean(errors), rel=0.05)
    assert calibration_error_floor(np.tile(p, 100)) < 0.2 * np.mean(errors)


def test_the_floor_is_the_same_again_and_none_for_a_model_that_is_certain():
    p = np.random.default_rng(0).random(50)
    assert calibration_error_floor(p) == calibration_error_floor(p)
    assert calibration_error_floor(np.array([0.0, 1.0])) == 0


def test_the_test_of_confidence_by_hand():
    """Four pictures called at P = 0.8, one of them rightly: z = (3.2 - 1) / sqrt(4 * 0.16)."""
    test = confidence_test(np.array([1, 0, 0, 0]), np.full(4, 0.8))
    np.testing.assert_allclose(test.z, 2.75)
    np.testing.assert_allclose(test.p, 0.00596, atol=5e-6)
    assert confidence_test(np.array([1, 1]), np.array([1.0, 1.0])).p > 0.9
