"""The head: as good as the textbook's solver, and honest about how it was chosen."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegressionCV
from sklearn.preprocessing import StandardScaler
from transfer.network.parallel_heads import CHUNK, moments

from transfer.network.head import train_head
from transfer.network.losses import log_loss, sample_weights

GRID = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0]


def problem(n: int, width: int, seed: int):
    """Features on very different scales, two classes that overlap."""
    rng = np.random.default_rng(seed)
    targets = rng.integers(0, 2, n)
    signal = rng.normal(0, 1, width) / np.sqrt(width)
    scale, shift = 10 ** rng.uniform(-2, 2, width), rng.normal(0, 5, width)
    features = (rng.normal(0, 1, (n, width)) + np.outer(2 * targets - 1, 2.2 * signal)) * scale + shift
    return features.astype(np.float32), targets


@pytest.fixture(scope="module")
def trained():
    features, targets = problem(3000, 64, 0)
    parts = {"train": slice(0, 1000), "validation": slice(1000, 1500), "test": slice(1500, 3000)}
    x, y = ({name: values[part] for name, part in parts.items()} for values in (features, targets))
    options = {"l2": GRID, "learning_rate": 0.07, "epochs": 60, "patience": 20, "seed": 7}
    return x, y, train_head(x["train"], y["train"], x["validation"], y["validation"], **options), options


def test_no_worse_than_scikit_learns_logistic_regression_cv(trained):
    x, y, head, _ = trained
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
    p = reference.predict_proba(scaler.transform(x["test"]))[:, 1]
    theirs = -np.mean(np.where(y["test"] == 1, np.log(p), np.log1p(-p)))
    logits = x["test"] @ head.kernel + head.bias
    assert log_loss(y["test"], logits) <= 1.05 * theirs
    assert np.mean((logits > 0) == y["test"]) >= np.mean((p > 0.5) == y["test"]) - 0.002


def test_the_choice_is_validations_best(trained):
    x, y, head, _ = trained
    assert [row["l2"] for row in head.tried] == GRID
    best = min(head.tried, key=lambda row: row["loss"])
    assert best == {"l2": head.l2, "epoch": head.epoch, "loss": head.loss}
    validation = x["validation"] @ head.kernel + head.bias
    np.testing.assert_allclose(log_loss(y["validation"], validation), head.loss, rtol=1e-4)
    np.testing.assert_allclose(head.curve[head.epoch][1], validation, atol=1e-2)
    assert len(head.curve) - 1 - head.epoch <= 60


def test_epoch_0_knows_nothing(trained):
    _, _, head, _ = trained
    assert not head.curve[0][0].any() and not head.curve[0][1].any()


def test_strengths_do_not_touch_one_another(trained):
    x, y, head, options = trained
    alone = train_head(x["train"], y["train"], x["validation"], y["validation"], **{**options, "l2": [head.l2]})
    np.testing.assert_allclose(alone.kernel, head.kernel, rtol=1e-3, atol=1e-5)


def test_the_same_bytes_again(trained):
    x, y, head, options = trained
    again = train_head(x["train"], y["train"], x["validation"], y["validation"], **options)
    assert again.kernel.tobytes() == head.kernel.tobytes() and again.bias.tobytes() == head.bias.tobytes()


def test_a_feature_that_never_varies_does_no_harm():
    features, targets = problem(200, 8, 1)
    features[:, 3] = 1e4
    head = train_head(
        features[:100],
        targets[:100],
        features[100:],
        targets[100:],
        l2=[0.1],
        learning_rate=0.01,
        epochs=20,
        patience=20,
        seed=0,
    )
    assert np.isfinite(head.kernel).all() and abs(head.kernel[3]) < 1e-3


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 1), st.floats(-20, 20)), min_size=1, max_size=30))
def test_log_loss_is_the_definition(pairs):
    targets, logits = (np.array(column, float) for column in zip(*pairs, strict=True))
    p = 1 / (1 + np.exp(-logits))
    np.testing.assert_allclose(log_loss(targets, logits), -np.mean(np.log(np.where(targets == 1, p, 1 - p))), rtol=1e-5)


def test_log_loss_survives_certainty():
    assert log_loss(np.array([1, 0]), np.array([1e4, 1e4])) == 5000


def test_balanced_weights_make_classes_count_the_same():
    targets = np.array([0] * 30 + [1] * 10)
    weights = sample_weights(targets, "balanced")
    assert weights.mean() == pytest.approx(1) and weights[targets == 0].sum() == pytest.approx(weights[30:].sum())
    assert (sample_weights(targets, "none") == 1).all()


def test_a_rare_class_is_found_more_often_when_classes_count_the_same(trained):
    """Trained where one class is rare, tested where it is not."""
    x, y, _, options = trained
    rare = np.flatnonzero((y["train"] == 0) | (np.arange(1000) % 12 == 0))

    def recall(class_weights: str) -> float:
        validation = x["validation"], y["validation"]
        head = train_head(x["train"][rare], y["train"][rare], *validation, **options, class_weights=class_weights)
        return float(np.mean((x["test"] @ head.kernel + head.bias)[y["test"] == 1] > 0))

    assert recall("balanced") > recall("none") + 0.02


def test_weighted_log_loss_is_that_of_repeated_pictures():
    targets, logits = np.array([0, 1, 1]), np.array([0.3, -0.2, 2.0])
    repeated = log_loss(targets[[0, 0, 1, 2]], logits[[0, 0, 1, 2]])
    assert log_loss(targets, logits, np.array([1.5, 0.75, 0.75])) == pytest.approx(repeated)


def test_more_rows_than_are_in_memory_at_a_time():
    features, _ = problem(3 * CHUNK + 5, 8, 2)
    mean, deviation = moments(features)
    np.testing.assert_allclose(mean, features.mean(0, dtype=np.float64), rtol=1e-12)
    np.testing.assert_allclose(deviation, features.std(0, dtype=np.float64), rtol=1e-9)
