"""What is suspect comes first, and of the right kind; the figures against cases worked out by hand."""

import numpy as np
import pytest

from transfer.analysis.suspects import find_suspects

TARGETS = np.array([0, 0, 1, 1, 0, 1])
P = np.array([[0.1, 0.9], [0.95, 0.05], [0.55, 0.45], [0.02, 0.98], [0.7, 0.3], [0.7, 0.3]])
NEAR, NO = np.ones(6), np.zeros(6, bool)


def found(distance=NEAR, twins=NO, looked_at=NO, targets=TARGETS, p=P):
    return find_suspects(targets, p, distance, twins, looked_at)


def test_labels_that_others_deny_come_first_then_what_may_be_either():
    suspects = found()
    assert suspects.kind.tolist() == ["label", "", "ambiguous", "", "", "label"]
    assert suspects.order.tolist() == [0, 5, 2, 4, 1, 3]
    assert suspects.suggested.tolist() == [1, 0, 0, 1, 0, 0]
    assert suspects.score == pytest.approx([0.9, 0.05, 0.55, 0.02, 0.3, 0.7])
    assert suspects.confidence == pytest.approx([0.9, 0.95, 0.55, 0.98, 0.7, 0.7])


def test_twins_and_outliers_are_named_where_the_label_is_not_in_doubt():
    distance = np.array([9.0, 1.1, 0.9, 8.0, 1.0, 1.2])
    suspects = found(np.tile(distance, 4), np.tile(NO, 4), np.tile(NO, 4), np.tile(TARGETS, 4), np.tile(P, (4, 1)))
    assert set(suspects.kind) == {"label", "", "ambiguous"}  # a sixth far away is not far out
    distance = np.r_[distance, np.ones(20)]
    targets, p = np.r_[TARGETS, np.zeros(20, int)], np.r_[P, np.tile([0.9, 0.1], (20, 1))]
    twins = np.zeros(26, bool)
    twins[[0, 1]] = True
    suspects = found(distance, twins, np.zeros(26, bool), targets, p)
    assert suspects.kind[:6].tolist() == ["label", "near_duplicate", "ambiguous", "outlier", "", "label"]
    assert suspects.order[:5].tolist() == [0, 5, 2, 1, 3]


def test_what_a_person_has_looked_at_comes_last():
    looked_at = np.array([True, False, False, False, False, False])
    suspects = found(looked_at=looked_at)
    assert suspects.kind[0] == "" and suspects.order.tolist() == [5, 2, 4, 1, 3, 0]


def test_a_label_that_is_improbable_comes_first_though_two_others_are_as_likely():
    p = np.array([[0.2, 0.75, 0.05], [0.05, 0.5, 0.45], [0.3, 0.3, 0.4]])
    suspects = found(np.ones(3), np.zeros(3, bool), np.zeros(3, bool), np.zeros(3, int), p)
    assert suspects.kind.tolist() == ["label", "ambiguous", "ambiguous"]
    assert suspects.order.tolist() == [1, 0, 2]


def test_several_classes():
    p = np.array([[0.6, 0.3, 0.1], [0.1, 0.2, 0.7], [0.4, 0.35, 0.25]])
    suspects = found(np.ones(3), np.zeros(3, bool), np.zeros(3, bool), np.array([1, 2, 0]), p)
    assert suspects.kind.tolist() == ["label", "", "ambiguous"] and suspects.suggested.tolist() == [0, 2, 0]
    assert suspects.score == pytest.approx([0.7, 0.3, 0.6])
