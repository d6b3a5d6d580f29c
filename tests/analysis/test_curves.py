"""Curves as tables: thin, with their ends."""

import numpy as np
from sklearn.metrics import auc, average_precision_score, roc_auc_score

from tests.analysis.made import predictions, shares
from transfer.analysis import curves
from transfer.analysis.calibration import calibration_curve
from transfer.analysis.metrics import measure
from transfer.classes import Classes

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


def of_classes(names: str, actual: np.ndarray, clarity: float = 2.0):
    return predictions(actual, shares(actual, len(names), clarity, 0), classes=Classes(tuple(names)))


def test_of_many_classes_the_curves_are_means_of_each_against_the_rest():
    made = of_classes("abcd", np.arange(1200) % 4)
    found = curves.Curves.of(made)
    assert list(found.by_class) == list("abcd") and set(found.tables()) == {"roc", "precision_recall", "calibration"}
    for index, (roc, precision_recall) in enumerate(found.by_class.values()):
        of_class = (made.actual == index, made.probabilities[:, index])
        assert roc.equals(curves.roc(*of_class)) and precision_recall.equals(curves.precision_recall(*of_class))
    roc, mean = found.roc, found.precision_recall
    assert len(roc) <= 200 and roc.iloc[0].tolist() == [0, 0] and roc.iloc[-1].tolist() == [1, 1]
    np.testing.assert_allclose(auc(roc["fpr"], roc["tpr"]), measure(made).roc_auc_ovr, atol=2e-3)
    average = np.mean([average_precision_score(made.actual == k, made.probabilities[:, k]) for k in range(4)])
    np.testing.assert_allclose(mean["precision"].mean(), average, atol=5e-3)
    assert len(mean) <= 200 and mean["recall"].iloc[[0, -1]].tolist() == [0, 1]
    assert found.calibration.equals(calibration_curve(made.right, made.called_probability))


def test_a_precision_between_two_recalls_is_that_of_the_higher_by_hand():
    """With two pictures of a class, found as first and third: precision 1 up to recall 1/2, then 2/3."""
    found = curves.mean_precision_recall([curves.precision_recall([1, 0, 1, 0], [0.9, 0.8, 0.7, 0.1])])
    below = found["recall"] <= 0.5
    assert (found["precision"][below] == 1).all()
    np.testing.assert_allclose(found["precision"][~below], 2 / 3)


def test_classes_without_pictures_have_no_curve_and_no_part_in_the_mean():
    found = curves.Curves.of(of_classes("abcd", np.arange(300) % 2 * 2))
    assert list(found.by_class) == ["a", "c"]
    assert found.roc.equals(curves.mean_roc([roc for roc, _ in found.by_class.values()]))


def test_where_all_pictures_are_of_one_class_nothing_is_ranked():
    for made in (of_classes("abc", np.ones(9, int)), predictions(np.ones(9, int), np.linspace(0, 1, 9))):
        found = curves.Curves.of(made)
        assert list(found.roc) == ["fpr", "tpr"] and list(found.precision_recall) == ["recall", "precision"]
        assert len(found.roc) == len(found.precision_recall) == 0 and found.calibration["n"].sum() == 9
