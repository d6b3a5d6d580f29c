"""The head: the textbook's minimum, for any number of classes, and honest about how it was chosen."""

import tracemalloc

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression, LogisticRegressionCV
from sklearn.preprocessing import StandardScaler

from tests.network.overlapping import problem
from transfer.network.head import train_head
from transfer.network.link import Sigmoid, Softmax, link_for
from transfer.network.logistic import CHUNK, Rows, floored
from transfer.network.losses import log_loss, sample_weights

GRID = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0]
OPTIONS = {"l2": GRID, "epochs": 300, "folds": 0, "seed": 7}


def parts(features, targets):
    slices = {"train": slice(0, 1000), "validation": slice(1000, 1500), "test": slice(1500, None)}
    return ({name: values[part] for name, part in slices.items()} for values in (features, targets))


def trained_on(x, y, link, **options):
    return train_head(x["train"], y["train"], x["validation"], y["validation"], link, **OPTIONS | options)


@pytest.fixture(scope="module", params=[1, 3])
def trained(request):
    x, y = parts(*problem(3000, 64, 0, max(request.param, 2)))
    link = link_for(request.param)
    return x, y, trained_on(x, y, link), link


def test_no_worse_than_scikit_learns_logistic_regression_cv(trained):
    x, y, head, link = trained
    scaler = StandardScaler().fit(x["train"])
    reference = LogisticRegressionCV(
        Cs=[1 / (1000 * l2) for l2 in GRID],
        l1_ratios=(0,),
        scoring="neg_log_loss",
        max_iter=2000,
        cv=5,
        use_legacy_attributes=False,
    )
    reference.fit(scaler.transform(x["train"]), y["train"])
    p = reference.predict_proba(scaler.transform(x["test"]))
    logits = x["test"] @ head.kernel + head.bias
    assert log_loss(y["test"], logits) <= -1.03 * np.mean(np.log(p[np.arange(1500), y["test"]]))
    assert np.mean(link.predicted(logits) == y["test"]) >= np.mean(p.argmax(axis=1) == y["test"]) - 0.003


@pytest.mark.parametrize("units", [1, 2, 5])
def test_it_is_scikit_learns_minimum(units):
    """The same objective: scikit-learn's C is 1 / (pictures x l2)."""
    features, targets = problem(400, 16, 3, max(units, 2))
    head = train_head(features, targets, features, targets, link_for(units), **OPTIONS | {"l2": [0.05]})
    scaler = StandardScaler().fit(features)
    reference = LogisticRegression(C=1 / (400 * 0.05), tol=1e-8, max_iter=5000).fit(scaler.transform(features), targets)
    ours = link_for(units).probabilities(link_for(units).activate(features @ head.kernel + head.bias))
    if units == 2:  # scikit-learn has one logit for two classes; two share the penalty
        reference.set_params(C=2 / (400 * 0.05)).fit(scaler.transform(features), targets)
    np.testing.assert_allclose(ours, reference.predict_proba(scaler.transform(features)), atol=2e-3)
    assert head.converged


def test_the_choice_is_validations_best(trained):
    x, y, head, link = trained
    assert [row["l2"] for row in head.tried] == GRID
    assert min(head.tried, key=lambda row: row["loss"]) == {"l2": head.l2, "loss": head.loss}
    validation = x["validation"] @ head.kernel + head.bias
    np.testing.assert_allclose(log_loss(y["validation"], validation), head.loss, rtol=1e-3)
    assert head.history[-1].val_loss == pytest.approx(head.loss, rel=1e-3)
    assert head.history[-1].val_accuracy == np.mean(link.predicted(validation) == y["validation"])


def test_epoch_0_knows_nothing_and_every_pass_learns(trained):
    *_, head, link = trained
    assert head.history[0].loss == pytest.approx(np.log(max(link.units, 2)))
    assert (np.diff([entry.loss for entry in head.history[:4]]) < 0).all() and head.converged


def test_strengths_do_not_touch_one_another(trained):
    x, y, head, link = trained
    alone = trained_on(x, y, link, l2=[head.l2])
    np.testing.assert_array_equal(alone.kernel, head.kernel)
    assert alone.loss == pytest.approx(head.loss, rel=1e-6)


def test_the_same_bytes_again(trained):
    x, y, head, link = trained
    again = trained_on(x, y, link)
    assert again.kernel.tobytes() == head.kernel.tobytes() and again.bias.tobytes() == head.bias.tobytes()
    assert again.history == head.history and again.tried == head.tried


def test_the_names_of_classes_say_nothing():
    x, y = parts(*problem(1600, 12, 5, 4))
    order = np.array([2, 0, 3, 1])
    one, other = trained_on(x, y, Softmax(4)), trained_on(x, {name: order[t] for name, t in y.items()}, Softmax(4))
    np.testing.assert_allclose(other.kernel[:, order], one.kernel, atol=1e-4 * np.abs(one.kernel).max())


def test_a_picture_like_those_of_its_group_does_not_choose():
    """Three copies of each picture, with labels drawn at random: known copies would make weak strengths look good."""
    features, targets = problem(60, 40, 4)
    targets = np.random.default_rng(0).integers(0, 2, 60)
    x, y = np.repeat(features, 3, axis=0), np.repeat(targets, 3)
    options = {"l2": GRID, "epochs": 300, "folds": 5, "seed": 7}
    names = [str(row // 3) for row in range(180)]
    by_picture, by_group = (
        train_head(x[:120], y[:120], x[120:], y[120:], Sigmoid(), groups=groups, **options) for groups in (None, names)
    )
    assert by_picture.l2 < by_group.l2 and by_picture.loss < 0.5 < by_group.loss


def test_a_feature_that_never_varies_does_no_harm():
    features, targets = problem(200, 8, 1)
    features[:, 3] = 1e4
    head = train_head(features[:100], targets[:100], features[100:], targets[100:], Sigmoid(), **OPTIONS)
    assert np.isfinite(head.kernel).all() and abs(head.kernel[3]) < 1e-3


def test_a_feature_that_hardly_ever_varies_cannot_decide():
    """Non-zero in one train picture, it would be divided by next to nothing; a picture later has it at full size."""
    features, targets = problem(400, 8, 1)
    features[:, 5] = 0
    features[7, 5] = 1e-4 * features[:, 4].std()
    head = train_head(features[:200], targets[:200], features[200:], targets[200:], Sigmoid(), **OPTIONS)
    later = features[300:].copy()
    later[:, 5] = features[:, 4].std()
    assert np.abs((later - features[300:]) @ head.kernel).max() < 0.5


def test_deviations_have_a_floor():
    np.testing.assert_allclose(floored(np.array([1e-9, 1.0, 2.0, 3.0])), [0.3, 1.0, 2.0, 3.0])
    np.testing.assert_array_equal(floored(np.zeros(3)), np.ones(3))
    np.testing.assert_allclose(floored(np.array([[0.0, 1, 1], [10, 10, 1]])), [[0.2, 1, 1], [10, 10, 2]])


def test_balanced_weights_make_classes_count_the_same():
    targets = np.array([0] * 30 + [1] * 10 + [3] * 20)
    weights = sample_weights(targets, "balanced")
    assert weights.mean() == pytest.approx(1)
    for label in (0, 1, 3):
        assert weights[targets == label].sum() == pytest.approx(20)
    assert (sample_weights(targets, "none") == 1).all()


def test_a_rare_class_is_found_more_often_when_classes_count_the_same():
    """Trained where one class is rare, tested where it is not."""
    x, y = parts(*problem(3000, 64, 0))
    rare = np.flatnonzero((y["train"] == 0) | (np.arange(1000) % 12 == 0))
    x["train"], y["train"] = x["train"][rare], y["train"][rare]

    def recall(class_weights: str) -> float:
        head = trained_on(x, y, Sigmoid(), class_weights=class_weights)
        return float(np.mean((x["test"] @ head.kernel + head.bias)[y["test"] == 1] > 0))

    assert recall("balanced") > recall("none") + 0.02


def test_weighted_log_loss_is_that_of_repeated_pictures():
    targets, logits = np.array([0, 1, 1]), np.array([[0.3], [-0.2], [2.0]])
    repeated = log_loss(targets[[0, 0, 1, 2]], logits[[0, 0, 1, 2]])
    assert log_loss(targets, logits, np.array([1.5, 0.75, 0.75])) == pytest.approx(repeated)


def test_rows_are_scaled_and_come_in_order_from_several_arrays():
    features, _ = problem(3 * CHUNK + 5, 8, 2)
    rows = Rows([features[: CHUNK + 3], features[CHUNK + 3 :]])
    np.testing.assert_allclose(rows.mean, features.mean(0, dtype=np.float64), rtol=1e-9)
    scaled, at = zip(*((chunk, where) for where, chunk in rows.chunks()), strict=True)
    assert [where.start for where in at][1:] == [where.stop for where in at][:-1] and at[-1].stop == len(features)
    np.testing.assert_allclose(
        np.concatenate(scaled),
        (features - features.mean(0, dtype=float)) / floored(features.std(0, dtype=float)),
        atol=1e-6,
    )


def most_memory(pictures: int, width: int, classes: int, epochs: int) -> int:
    """What training a head takes besides its features, bytes, where one regression at a time fits in memory."""
    draws = np.random.default_rng(0)
    features, targets = draws.normal(size=(pictures, width)).astype(np.float32), draws.integers(0, classes, pictures)
    options = OPTIONS | {"l2": [1e-7, 1e-6], "epochs": epochs}
    tracemalloc.start()
    head = train_head(features, targets, features[:50], targets[:50], Softmax(classes), **options)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(head.history) == epochs + 1
    return most


def test_memory_grows_neither_with_pictures_nor_with_epochs(monkeypatch):
    monkeypatch.setattr("transfer.network.cross_validation.MOST_BYTES", 1)
    monkeypatch.setattr("transfer.network.lbfgs.SMALL", 0.0)  # it never counts as minimised
    assert most_memory(3000, 8, 300, 3) < 1.5 * most_memory(600, 8, 300, 3)
    assert most_memory(200, 700, 20, 40) < 1.5 * most_memory(200, 700, 20, 10)
