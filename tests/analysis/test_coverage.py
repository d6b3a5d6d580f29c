"""Coverage is counted, and chance moves it as far as its band says."""

import numpy as np
import pytest

from tests.analysis.made import predictions, probabilities, shares
from transfer.analysis.coverage import Coverage
from transfer.analysis.intervals import wilson_interval
from transfer.classes import Classes


def test_sets_are_counted_by_what_they_hold():
    of_actual = np.linspace(0.3, 0.99, 9).astype(np.float32)  # at 90 %: from 0.3 on
    test = predictions([0, 1, 1, 0], [0.1, 0.9, 0.5, 0.75])
    found = Coverage.of(test, of_actual, 0.9)
    assert (found.covered, found.several, found.none, found.n, found.calibration) == (3, 1, 0, 4, 9)
    assert found.share == 0.75 and found.interval == wilson_interval(3, 4)
    surer = Coverage.of(test, np.full(9, 0.8, np.float32), 0.9)
    assert (surer.covered, surer.several, surer.none) == (2, 0, 2)


@pytest.mark.parametrize("classes", [2, 4])
def test_coverage_stays_within_its_band_19_times_in_20(classes):
    """Of 400 runs: 93 % at least, and less than all."""
    inside, generator = 0, np.random.default_rng(0)
    named = Classes(tuple("abcd")[:classes], "b" if classes == 2 else None)
    for seed in range(400):
        actual = generator.integers(0, classes, 300)
        if classes == 2:
            made = predictions(actual, probabilities(actual, 2.0, seed), classes=named)
        else:
            made = predictions(actual, shares(actual, classes, 1.5, seed), classes=named)
        rows = np.arange(100)
        of_actual = np.sort(made.matrix[rows, actual[:100]].astype(np.float32))
        found = Coverage.of(made.take(np.arange(100, 300)), of_actual, 0.9)
        inside += found.band.low <= found.share <= found.band.high
    assert 0.93 <= inside / 400 <= 0.985


def test_too_few_pictures_leave_every_class_in_every_set():
    test = predictions([0, 1], [0.1, 0.9])
    found = Coverage.of(test, np.float32([0.5, 0.9]), 0.95)
    assert (found.covered, found.several) == (2, 2) and found.band.low == found.band.high == 1
