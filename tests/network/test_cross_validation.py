"""Cross-validation: every picture is judged by regressions that did not see it, nor one of its group."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from tests.network.overlapping import problem
from transfer.network.cross_validation import assign_folds, held_out_losses, out_of_fold_logits
from transfer.network.link import Sigmoid, Softmax
from transfer.network.logistic import Rows

GRID = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0]


def test_cross_validation_predicts_each_picture_by_regressions_that_did_not_see_it():
    features, targets = problem(90, 6, 2)
    fold_of = assign_folds(targets, 3, 1)
    losses = held_out_losses(Rows([features]), targets, Sigmoid(), np.ones(90), fold_of, [0.1], 300)
    missed = []
    for fold in range(3):
        scaler = StandardScaler().fit(features[fold_of != fold])
        left = LogisticRegression(C=1 / (60 * 0.1), tol=1e-8, max_iter=5000)
        left.fit(scaler.transform(features[fold_of != fold]), targets[fold_of != fold])
        p = left.predict_proba(scaler.transform(features[fold_of == fold]))
        missed += list(-np.log(p[np.arange(len(p)), targets[fold_of == fold]]))
    assert losses[0] == pytest.approx(np.mean(missed), rel=1e-3)


def test_a_group_is_in_one_fold_and_classes_are_shared_out():
    targets = np.array([0] * 60 + [1] * 30)
    groups = [f"g{row // 3}" if row < 75 else "" for row in range(90)]  # threes, and fifteen that stand alone
    fold_of = assign_folds(targets, 5, 3, groups)
    for name in set(groups) - {""}:
        assert len({fold_of[row] for row in range(90) if groups[row] == name}) == 1
    assert len({fold_of[row] for row in range(75, 90)}) > 1
    for label, most in ((0, 15), (1, 9)):
        assert np.bincount(fold_of[targets == label], minlength=5).max() <= most
    assert np.array_equal(fold_of, assign_folds(targets, 5, 3, groups))


def test_fewer_groups_than_folds_are_a_fold_each():
    targets, groups = np.tile([0, 1], 6), ["a"] * 4 + ["b"] * 4 + ["c"] * 4
    fold_of = assign_folds(targets, 5, 3, groups)
    assert sorted(np.bincount(fold_of)) == [4, 4, 4] and [len({*fold_of[i : i + 4]}) for i in (0, 4, 8)] == [1, 1, 1]


def test_groups_without_names_change_nothing():
    targets = np.array([0] * 50 + [1] * 7 + [2] * 23)
    np.testing.assert_array_equal(assign_folds(targets, 5, 3, [""] * 80), assign_folds(targets, 5, 3))


def test_folds_share_every_class_out():
    targets = np.array([0] * 50 + [1] * 7 + [2] * 23)
    fold_of = assign_folds(targets, 5, 3)
    for label, count in enumerate((50, 7, 23)):
        shares = np.bincount(fold_of[targets == label], minlength=5)
        assert shares.max() - shares.min() <= 1 and shares.sum() == count
    assert not np.array_equal(fold_of, assign_folds(targets, 5, 4))


def test_as_many_regressions_are_solved_at_once_as_fit_in_memory(monkeypatch):
    """And whether one at a time or all at once, they are the same."""
    features, targets = problem(200, 8, 1, 3)
    given, found = (Rows([features]), targets, Softmax(3), np.ones(200), assign_folds(targets, 4, 0), GRID, 300), []
    for most in (1, 12_000, 10**9):
        monkeypatch.setattr("transfer.network.cross_validation.MOST_BYTES", most)
        found.append(held_out_losses(*given))
    np.testing.assert_allclose(found[1:], [found[0]] * 2, rtol=1e-6)


@pytest.mark.parametrize("classes", [2, 3])
def test_logits_of_pictures_left_out_give_the_loss_that_chose(classes):
    features, targets = problem(300, 8, 3, classes)
    link, fold_of = Sigmoid() if classes == 2 else Softmax(3), assign_folds(targets, 5, 0)
    l2, logits = out_of_fold_logits([features[:100], features[100:]], targets, link, fold_of, l2=GRID, epochs=300)
    losses = held_out_losses(Rows([features]), targets, link, np.ones(300), fold_of, GRID, 300)
    assert l2 == GRID[np.argmin(losses)]
    assert link.losses(targets, logits).mean() == pytest.approx(losses.min(), rel=1e-4)
