"""What came of doubt is counted on the test pictures, and written under stable keys."""

import numpy as np

from tests.analysis.made import predictions, probabilities
from transfer.analysis.curves import MOST_POINTS
from transfer.analysis.doubt import Doubt

ACTUAL = np.arange(600) % 2
MADE = predictions(ACTUAL, probabilities(ACTUAL, 2.0, 0))


def doubt(**asked: float) -> Doubt:
    validation, test = MADE.take(np.arange(199)), MADE.take(np.arange(199, 600))
    of_actual = np.sort(validation.matrix[np.arange(199), validation.actual].astype(np.float32))
    far = np.linspace(0.1, 0.3, 199)
    distances = np.r_[np.full(398, 0.2), 0.3, 0.31, 0.9]
    return Doubt.of(test, validation, distances, of_actual, far, **{"coverage": 0.9, "false_alarms": 0.005} | asked)


def test_pictures_beyond_the_cut_off_are_counted():
    assert doubt().unlike == 2 and doubt(false_alarms=0.9).unlike == 401
    assert doubt().unlike_interval.low < 2 / 401 < doubt().unlike_interval.high


def test_keys_and_values_are_those_of_the_parts():
    found = doubt()
    content = found.to_json()
    assert content["coverage"] == found.coverage.share and content["n"] == 401
    assert content["coverage_low"] < content["coverage"] < content["coverage_high"]
    assert content["several_classes"] * 401 == found.coverage.several and content["no_class"] == 0
    assert set(content["answering"]) == {"95", "99"}
    assert content["answering"]["95"]["abstained"] == found.abstentions[0].abstained
    assert content["answering"]["99"]["accuracy"] == found.abstentions[1].accuracy


def test_the_table_of_the_curve_is_no_longer_than_others():
    assert len(doubt().curve) > MOST_POINTS == len(doubt().table())
    assert doubt().table()["answered"].iloc[-1] == 1
