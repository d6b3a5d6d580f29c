"""Curves as tables: thin, with their ends."""

import numpy as np
from sklearn.metrics import auc, roc_auc_score

from tests.analysis.made import predictions
from transfer.analysis import curves
from transfer.analysis.calibration import calibration_curve

RNG = np.random.default_rng(0)
ACTUAL = RNG.integers(0, 2, 3000)
PROBABILITY = np.clip(ACTUAL * 0.4 + RNG.random(3000) * 0.6, 0, 1).astype(np.float32)


def test_thinned_curves_keep_their_area_and_ends():
    roc = curves.roc(ACTUAL, PROBABILITY)
    assert len(roc) <= 200 and roc.iloc[0].tolist() == [0, 0] and roc.iloc[-1].tolist() == [1, 1]
    np.testing.assert_allclose(auc(roc["fpr"], roc["tpr"]), roc_auc_score(ACTUAL, PROBABILITY), atol=2e-3)
    pr = curves.precision_recall(ACTUAL, PROBABILITY)
    assert len(pr) <= 200 and pr["recall"].is_monotonic_increasing and pr["precision"].iloc[0] == 1


def test_the_curves_of_stored_predictions():
    found = curves.Curves.of(predictions(ACTUAL, PROBABILITY))
    assert found.roc.equals(curves.roc(ACTUAL, PROBABILITY))
    assert found.precision_recall.equals(curves.precision_recall(ACTUAL, PROBABILITY))
    assert found.calibration.equals(calibration_curve(ACTUAL, PROBABILITY))
