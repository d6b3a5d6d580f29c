"""Fine-tuning: it learns, keeps the best weights it met, leaves what is frozen alone, and repeats to the byte."""

import subprocess
import sys

import keras
import numpy as np
import pytest

from tests.network import small
from tests.wiring import ROOT
from transfer.dataset.drawn import draw
from transfer.dataset.pictures import decode, encode, resize
from transfer.errors import InputError
from transfer.network import backbones, blocks
from transfer.network.classifier import assemble
from transfer.network.losses import log_loss
from transfer.network.training.checkpoint import Checkpoint
from transfer.network.training.loop import Training, fit
from transfer.network.training.recipe import LabelledPictures, Recipe

SIZE, N = 48, 24
STREAMS = [encode(resize(draw(("cats", "dogs")[index % 2], index // 2, 0), SIZE)) for index in range(N + 8)]
RECIPE = Recipe(epochs=2, learning_rate=1e-3, warmup_epochs=0.5, weight_decay=0.01, batch_size=8, min_area=0.7, seed=3)


def pictures(start: int, stop: int) -> LabelledPictures:
    rows = np.arange(start, stop)
    return LabelledPictures(STREAMS.__getitem__, rows, rows % 2, rows.astype(np.uint64) + 1000)


def tiny(unfreeze="top"):
    keras.utils.set_random_seed(5)
    backbone = backbones.build("efficientnet_lite0", SIZE, "imagenet")
    kernel = np.random.default_rng(0).normal(0, 0.01, backbone.output.shape[1])
    classifier = assemble(backbone, kernel, np.zeros(()))
    blocks.unfreeze(classifier, "efficientnet_lite0", unfreeze)
    return classifier


@pytest.fixture(scope="module")
def fitted():
    """Trained and validated on the same pictures: there, more training is better."""
    classifier = tiny()
    before = {layer.name: layer.get_weights() for layer in classifier.layers}
    history, kept = fit(classifier, pictures(0, N), pictures(0, N), RECIPE)
    return classifier, before, history, kept.epoch


def test_history_starts_before_any_update(fitted):
    _, _, history, _ = fitted
    assert len(history) == 3
    fresh = tiny().predict(np.stack([_decode(row) for row in range(N)]), verbose=0)[:, 0]
    np.testing.assert_allclose(1 / (1 + np.exp(-history[0].validation_logits)), fresh, atol=1e-4)
    assert all(sorted(epoch.targets) == [0.0] * 12 + [1.0] * 12 for epoch in history)


def _decode(row: int) -> np.ndarray:
    return np.asarray(decode(STREAMS[row]), np.float32)


def test_it_learns_the_train_pictures(fitted):
    _, _, history, _ = fitted
    losses = [log_loss(epoch.targets, epoch.logits) for epoch in history]
    assert losses[2] < losses[0]
    assert fitted[3] > 0


def test_batch_normalization_and_the_frozen_bottom_stay_to_the_byte(fitted):
    classifier, before, _, _ = fitted
    changed = set()
    for layer in classifier.layers:
        same = all(np.array_equal(a, b) for a, b in zip(before[layer.name], layer.get_weights(), strict=True))
        if not same:
            changed.add(layer.name)
    assert changed == {"top_conv", "logit"}


def test_batch_normalization_stays_where_all_is_unfrozen():
    classifier = tiny("all")
    norms = [layer for layer in classifier.layers if isinstance(layer, keras.layers.BatchNormalization)]
    before = [layer.get_weights() for layer in norms]
    fit(classifier, pictures(0, N), pictures(N, N + 8), RECIPE)
    for layer, weights in zip(norms, before, strict=True):
        assert all(np.array_equal(a, b) for a, b in zip(weights, layer.get_weights(), strict=True)), layer.name
    assert len(norms) > 30


def test_batch_normalization_that_is_trained_has_the_statistics_of_the_best_epoch():
    classifier = tiny()
    classifier.trainable = True
    norm = next(layer for layer in classifier.layers if isinstance(layer, keras.layers.BatchNormalization))
    before = norm.get_weights()
    ruinous_later = Recipe(**{**vars(RECIPE), "learning_rate": 0.03, "epochs": 3})
    history, kept = fit(classifier, pictures(0, N), pictures(0, N), ruinous_later)
    best = kept.epoch
    losses = [log_loss(pictures(0, N).targets, epoch.validation_logits) for epoch in history]
    assert best == int(np.argmin(losses)) < 3  # else nothing would have had to be brought back
    assert all(np.array_equal(a, b) for a, b in zip(before, norm.get_weights(), strict=True)) == (best == 0)
    probability = classifier.predict(np.stack([_decode(row) for row in range(N)]), verbose=0)[:, 0]
    np.testing.assert_allclose(probability, 1 / (1 + np.exp(-history[best].validation_logits)), atol=1e-4)


def test_the_best_epoch_is_kept(fitted):
    classifier, _, history, best = fitted
    validation = pictures(0, N)
    losses = [log_loss(validation.targets, epoch.validation_logits) for epoch in history]
    assert best == int(np.argmin(losses))
    probability = classifier.predict(np.stack([_decode(row) for row in validation.rows]), verbose=0)[:, 0]
    np.testing.assert_allclose(probability, 1 / (1 + np.exp(-history[best].validation_logits)), atol=1e-4)


@pytest.mark.parametrize("wanted", [0.0, 0.3, 1.0])
def test_of_the_way_to_the_best_epoch_what_validation_likes_best_is_kept(monkeypatch, wanted):
    seen, changing = [], []

    def opinion(training):  # of validation: the share that is `wanted` has the lowest log-loss
        changing[:] = training.changing
        seen.append([variable.numpy() for variable in changing])
        share = {1: 0.0, 4: 0.3, 5: 0.6}.get(len(seen), 1.0)
        return np.zeros(8, np.float32), abs(share - wanted) + len(seen) / 1000

    monkeypatch.setattr(Training, "validate", opinion)
    classifier = small.network()
    recipe = Recipe(**{**vars(small.RECIPE), "epochs": 2, "averaging_weights": (0.3, 0.6)})
    _, kept = fit(classifier, small.pictures(), small.pictures(8), recipe)
    start, best = seen[0], seen[1]
    assert (kept.averaging_weight, kept.epoch) == (wanted or 1.0, 1 if wanted else 0)
    assert list(kept.tried) == [0.0, 0.3, 0.6, 1.0] and kept.loss == kept.tried[wanted] == min(kept.tried.values())
    changed = 0
    for first, last, left in zip(start, best, changing, strict=True):
        average = np.issubdtype(last.dtype, np.floating)
        expected = first + wanted * (last - first) if average else last if wanted else first
        np.testing.assert_allclose(left.numpy(), expected, rtol=1e-5, atol=1e-7, err_msg=left.path)
        changed += not np.array_equal(first, last)
    assert changed > 5  # weights, and the statistics of normalisation


def test_a_ruinous_learning_rate_leaves_the_model_as_it_came():
    classifier = tiny()
    before = classifier.get_weights()
    ruinous = Recipe(**{**vars(RECIPE), "learning_rate": 30.0, "warmup_epochs": 0.0})
    _, kept = fit(classifier, pictures(0, N), pictures(N, N + 8), ruinous)
    assert (kept.epoch, kept.averaging_weight, kept.loss) == (0, 1.0, kept.tried[0.0])
    assert all(np.array_equal(a, b) for a, b in zip(before, classifier.get_weights(), strict=True))


def test_a_loss_that_is_not_finite_stops_with_epoch_rate_and_advice(tmp_path):
    checkpoint = Checkpoint(tmp_path / "checkpoint", "one")
    hopeless = Recipe(**{**vars(small.RECIPE), "learning_rate": 1e38, "warmup_epochs": 1.0, "epochs": 4})
    with pytest.raises(
        InputError, match=r"not finite any more in epoch [12], at a learning rate of .*e\+3\d: lower fi"
    ):
        fit(small.network(), small.pictures(), small.pictures(), hopeless, checkpoint=checkpoint)
    kept = checkpoint.load()  # of the last epoch that was sound
    assert all(np.isfinite(values).all() for name, values in kept.items())


def test_layers_below_learn_more_slowly():
    def moved(layer_decay: float) -> dict[str, float]:
        classifier = tiny("block6")
        before = {layer.name: layer.get_weights() for layer in classifier.layers}
        recipe = Recipe(**{**vars(RECIPE), "layer_decay": layer_decay, "epochs": 1, "weight_decay": 0.0})
        everything = pictures(0, N)
        fit(classifier, everything, everything, recipe, blocks.find_blocks(classifier, "efficientnet_lite0"))
        return {
            name: float(np.abs(layer.get_weights()[0] - before[name][0]).mean())
            for name in ("block6a_expand_conv", "block7a_expand_conv", "top_conv", "logit")
            for layer in [classifier.get_layer(name)]
        }

    plain, decayed = moved(1.0), moved(0.1)
    expected = {"block6a_expand_conv": 1e-3, "block7a_expand_conv": 1e-2, "top_conv": 1e-1, "logit": 1}
    for name, factor in expected.items():
        assert decayed[name] / plain[name] == pytest.approx(factor, rel=0.5), name


def test_class_weights_are_the_gradient_of_repeated_pictures():
    """Three of one class at weight 2/3 and one of the other at weight 2: as if the one were there three times."""

    def stepped(chosen: list[int], class_weights: str) -> np.ndarray:
        few = pictures(0, 8)
        rows = np.array(chosen)
        train = LabelledPictures(few.read, rows, rows % 2, few.keys[rows])
        once = {"epochs": 1, "batch_size": len(rows), "warmup_epochs": 0.0, "min_area": 1.0}
        recipe = Recipe(**{**vars(RECIPE), **once, "class_weights": class_weights})
        classifier = tiny("none")
        history, _ = fit(classifier, train, pictures(0, N), recipe)
        return history[1].validation_logits

    np.testing.assert_allclose(stepped([0, 2, 4, 1], "balanced"), stepped([0, 2, 4, 1, 1, 1], "none"), atol=1e-4)
    assert not np.allclose(stepped([0, 2, 4, 1], "none"), stepped([0, 2, 4, 1, 1, 1], "none"), atol=1e-4)


def test_no_epochs_change_nothing():
    classifier = tiny()
    before = classifier.get_weights()
    history, kept = fit(classifier, pictures(0, N), pictures(N, N + 8), Recipe(**{**vars(RECIPE), "epochs": 0}))
    assert len(history) == 1 and kept.epoch == 0
    assert all(np.array_equal(a, b) for a, b in zip(before, classifier.get_weights(), strict=True))


@pytest.mark.slow
def test_two_processes_give_the_same_bytes(tmp_path):
    code = (
        "import sys; from pathlib import Path\n"
        "from transfer.network import runtime; runtime.configure(3)\n"
        "from tests.network.test_training import *\n"
        "from transfer.network.model_file import save_model\n"
        "classifier = tiny('block6'); fit(classifier, pictures(0, N), pictures(N, N + 8), RECIPE)\n"
        "save(classifier, Path(sys.argv[1]))\n"
    )
    for name in ("one.keras", "two.keras"):
        subprocess.run([sys.executable, "-c", code, str(tmp_path / name)], cwd=ROOT, check=True)
    assert (tmp_path / "one.keras").read_bytes() == (tmp_path / "two.keras").read_bytes()
