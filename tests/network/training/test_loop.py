"""Training: it learns, leaves the best weights it met, does not touch what is frozen, and repeats to the byte."""

from dataclasses import replace

import keras
import numpy as np
import pytest

from tests.network import small
from tests.network.small import FAMILY, RECIPE, SHORT, in_blocks, pictures, pixels, shades
from transfer.errors import InputError
from transfer.network import backbones, blocks, runtime
from transfer.network.classifier import assemble, logits_of
from transfer.network.losses import log_loss
from transfer.network.model_file import save_model
from transfer.network.training.checkpoint import Checkpoint
from transfer.network.training.loop import fit
from transfer.network.training.recipe import LabelledPictures
from transfer.network.training.state import TrainingState
from transfer.network.training.temperature import cool

N = 24
OTHERS = pictures(8, 1)


@pytest.fixture(scope="module")
def everything():
    return shades(N)


@pytest.fixture(scope="module")
def fitted(everything):
    """Trained and validated on the same pictures: there, more training is better."""
    classifier = in_blocks()
    before = {layer.name: layer.get_weights() for layer in classifier.layers}
    reports = []
    history, selected = fit(classifier, everything, everything, SHORT, on_epoch=reports.append)
    return classifier, before, history, selected, reports


def everything_trained() -> keras.Model:
    classifier = in_blocks()
    for layer in classifier.layers:
        layer.trainable = True
    return classifier


def loss_of(classifier, some, temperature: float = 1.0):
    """The log-loss of a model by its own forward pass, as it was before its logits were divided by a temperature."""
    return log_loss(some.targets, temperature * logits_of(classifier).predict(pixels(some), verbose=0))


def test_history_starts_before_any_update(fitted, everything):
    history = fitted[2]
    assert len(history) == 3
    assert history[0].val_loss == pytest.approx(loss_of(in_blocks(), everything), abs=1e-4)
    assert all(0 < epoch.loss < 2 and 0 <= epoch.accuracy <= 1 for epoch in history)


def test_it_learns_the_train_pictures(fitted, everything):
    _, _, history, selected, _ = fitted
    losses = [epoch.val_loss for epoch in history]
    assert losses[2] < losses[0]
    assert selected.epoch > 0


def test_batch_normalization_and_the_frozen_bottom_stay_to_the_byte(fitted):
    classifier, before, *_ = fitted
    changed = set()
    for layer in classifier.layers:
        same = all(np.array_equal(a, b) for a, b in zip(before[layer.name], layer.get_weights(), strict=True))
        if not same:
            changed.add(layer.name)
    assert changed == {"top_conv", "logit"}


def test_batch_normalization_stays_where_all_is_unfrozen(everything):
    classifier = in_blocks("all")
    norms = [layer for layer in classifier.layers if isinstance(layer, keras.layers.BatchNormalization)]
    before = [layer.get_weights() for layer in norms]
    kernel = classifier.get_layer("block1a_conv").kernel.numpy()
    fit(classifier, everything, everything, SHORT)
    assert not np.array_equal(classifier.get_layer("block1a_conv").kernel, kernel)
    for layer, weights in zip(norms, before, strict=True):
        assert all(np.array_equal(a, b) for a, b in zip(weights, layer.get_weights(), strict=True)), layer.name
    assert len(norms) == 4


@pytest.mark.slow
def test_batch_normalization_that_is_trained_has_the_statistics_of_the_best_epoch(everything):
    classifier = everything_trained()
    norm = next(layer for layer in classifier.layers if isinstance(layer, keras.layers.BatchNormalization))
    before = norm.get_weights()
    ruinous_later = replace(RECIPE, learning_rate=0.2, epochs=3)
    history, selected = fit(classifier, everything, everything, ruinous_later)
    best = selected.epoch
    assert 0 < best < 3  # else nothing would have had to be brought back
    assert not any(np.array_equal(a, b) for a, b in zip(before, norm.get_weights(), strict=True))
    assert loss_of(classifier, everything, selected.temperature) == pytest.approx(history[best].val_loss, rel=1e-3)


def test_the_best_epoch_is_left(fitted, everything):
    classifier, _, history, selected, _ = fitted
    losses = [epoch.val_loss for epoch in history]
    assert selected.epoch == int(np.argmin(losses)) and selected.loss == pytest.approx(min(losses))
    assert loss_of(classifier, everything, selected.temperature) == pytest.approx(
        history[selected.epoch].val_loss, abs=1e-4
    )


def test_three_classes_are_learnt_and_the_best_of_it_is_left():
    some, classifier = shades(N, classes=3), in_blocks(units=3)
    history, selected = fit(classifier, some, some, replace(SHORT, averaging_weights=(0.5,)))
    assert history[0].val_loss == pytest.approx(loss_of(in_blocks(units=3), some), abs=1e-4)
    assert selected.epoch > 0 and selected.loss < history[0].val_loss and selected.loss == min(selected.tried.values())
    assert loss_of(classifier, some) == pytest.approx(selected.loss, abs=1e-4)
    p = classifier.predict(pixels(some), verbose=0)
    assert p.shape == (N, 3) and np.allclose(p.sum(axis=1), 1, atol=1e-5)


def test_what_is_left_is_what_validated_best_averages_among_it(everything):
    recipe = replace(SHORT, learning_rate=0.1, averaging_weights=(0.25, 0.75))
    classifier = everything_trained()
    _, selected = fit(classifier, everything, everything, recipe)
    assert list(selected.tried) == [0.0, 0.25, 0.75, 1.0] and len(set(selected.tried.values())) == 4
    assert selected.loss == min(selected.tried.values()) < 0.65 < selected.tried[0.0]
    assert loss_of(classifier, everything) == pytest.approx(selected.loss, abs=1e-4)


def test_a_model_that_is_too_sure_on_validation_is_cooled(everything):
    classifier = in_blocks()
    cool(classifier, 0.05)  # as sure as can be, and no wiser
    _, selected = fit(classifier, everything, everything, replace(SHORT, learning_rate=1e-3))
    assert selected.epoch > 0 and selected.temperature > 1.2
    assert loss_of(classifier, everything) == pytest.approx(selected.loss, abs=1e-4)
    assert loss_of(classifier, everything, selected.temperature) > selected.loss + 0.01


def test_a_ruinous_learning_rate_leaves_the_model_as_it_came(everything):
    classifier = in_blocks()
    before = classifier.get_weights()
    history, selected = fit(classifier, everything, OTHERS, replace(SHORT, learning_rate=30.0, warmup_epochs=0.0))
    assert (selected.epoch, selected.averaging_weight, selected.loss) == (0, 1.0, pytest.approx(history[0].val_loss))
    assert all(np.array_equal(a, b) for a, b in zip(before, classifier.get_weights(), strict=True))


def test_a_loss_that_is_not_finite_stops_with_epoch_rate_and_advice(tmp_path):
    checkpoint = Checkpoint(tmp_path / "checkpoint", "one")
    hopeless = replace(RECIPE, learning_rate=1e38, warmup_epochs=1.0, epochs=4)
    with pytest.raises(
        InputError, match=r"not finite any more in epoch [12], at a learning rate of .*e\+3\d: lower fi"
    ):
        fit(small.network(), pictures(), pictures(), hopeless, checkpoint=checkpoint)
    saved = checkpoint.load()  # of the last epoch that was sound
    assert all(np.isfinite(values).all() for values in saved.values())


def test_layers_below_learn_more_slowly(everything):
    def moved(layer_decay: float) -> dict[str, float]:
        classifier = in_blocks("block2")
        before = {layer.name: layer.get_weights() for layer in classifier.layers}
        recipe = replace(RECIPE, layer_decay=layer_decay, epochs=1, learning_rate=1e-3, weight_decay=0.0)
        fit(classifier, everything, everything, recipe, blocks.find_blocks(classifier, FAMILY))
        return {
            name: float(np.abs(classifier.get_layer(name).get_weights()[0] - before[name][0]).mean())
            for name in ("block2a_conv", "block3a_conv", "top_conv", "logit")
        }

    plain, decayed = moved(1.0), moved(0.1)
    expected = {"block2a_conv": 1e-3, "block3a_conv": 1e-2, "top_conv": 1e-1, "logit": 1}
    for name, factor in expected.items():
        assert decayed[name] / plain[name] == pytest.approx(factor, rel=0.5), name


@pytest.mark.slow
def test_class_weights_are_the_gradient_of_repeated_pictures(everything):
    """Three of one class at weight 2/3 and one of the other at weight 2: as if the one were there three times."""

    def stepped(chosen: list[int], class_weights: str) -> np.ndarray:
        rows = np.array(chosen)
        train = LabelledPictures(everything.read, rows, rows % 2, everything.keys[rows])
        once = {"epochs": 1, "batch_size": len(rows), "warmup_epochs": 0.0, "min_area": 1.0, "learning_rate": 0.03}
        classifier = in_blocks("none")
        fit(classifier, train, everything, replace(RECIPE, **once, class_weights=class_weights))
        return logits_of(classifier).predict(pixels(everything), verbose=0)

    repeated = stepped([0, 2, 4, 1, 1, 1], "none")
    np.testing.assert_allclose(stepped([0, 2, 4, 1], "balanced"), repeated, atol=1e-4)
    assert not np.allclose(stepped([0, 2, 4, 1], "none"), repeated, atol=1e-4)


def test_no_epochs_change_nothing(everything):
    classifier = in_blocks()
    before = classifier.get_weights()
    history, selected = fit(classifier, everything, OTHERS, replace(SHORT, epochs=0))
    assert len(history) == 1 and selected.epoch == 0
    assert all(np.array_equal(a, b) for a, b in zip(before, classifier.get_weights(), strict=True))


def test_moving_averages_of_the_weights_are_what_is_validated_and_left(fitted, everything):
    plain, _, plain_history, _, _ = fitted
    averaged = in_blocks()
    recipe = replace(SHORT, optimizer={"use_ema": True, "ema_momentum": 0.9})
    history, selected = fit(averaged, everything, everything, recipe)
    assert loss_of(averaged, everything, selected.temperature) == pytest.approx(
        history[selected.epoch].val_loss, abs=1e-4
    )
    start, trained, average = (
        classifier.get_layer("top_conv").kernel.numpy() for classifier in (in_blocks(), plain, averaged)
    )
    assert not np.allclose(trained, average, atol=1e-4)
    assert 0 < np.abs(average - start).mean() < np.abs(trained - start).mean()  # the average trails behind
    for one, other in zip(plain_history, history, strict=True):  # training itself is not disturbed
        assert one.loss == other.loss


@pytest.mark.slow
def test_training_with_moving_averages_goes_on_to_the_same_bytes(tmp_path, monkeypatch):
    recipe = replace(SHORT, optimizer={"use_ema": True, "ema_momentum": 0.8})
    whole, broken = small.network(), small.network()
    fit(whole, pictures(), OTHERS, recipe)
    checkpoint, record = Checkpoint(tmp_path / "checkpoint", "one"), TrainingState.record

    def interrupted(state, epoch, *others):
        if epoch == 2:
            raise KeyboardInterrupt
        record(state, epoch, *others)

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt, match="kept up to epoch 1"):
        patch.setattr(TrainingState, "record", interrupted)
        fit(broken, pictures(), OTHERS, recipe, checkpoint=checkpoint)
    resumed = small.network()
    fit(resumed, pictures(), OTHERS, recipe, checkpoint=checkpoint)
    assert all(np.array_equal(a, b) for a, b in zip(whole.get_weights(), resumed.get_weights(), strict=True))


def test_every_epoch_is_reported(fitted, everything):
    _, _, history, _, reports = fitted
    assert [(report.epoch, report.epochs) for report in reports] == [(0, 2), (1, 2), (2, 2)]
    for report, epoch in zip(reports, history, strict=True):
        assert report.history[-1] == epoch
        assert report.pictures_per_second > 0 and np.isfinite(report.seconds_left)
    rates = [report.learning_rate for report in reports]
    assert rates[0] == 0 and all(0 < rate < 1e-2 for rate in rates[1:])
    assert reports[2].seconds_left == 0


def efficientnet(units: int, file) -> None:
    """In a process of its own: fine-tune the upper half of a real network, and save it."""
    runtime.configure(3)
    keras.utils.set_random_seed(5)
    backbone = backbones.build("efficientnet_lite0", 32, "imagenet")
    classifier = assemble(
        backbone, np.random.default_rng(0).normal(0, 0.01, (backbone.output.shape[1], units)), np.zeros(units)
    )
    blocks.unfreeze(classifier, "efficientnet_lite0", "block6")
    fit(classifier, pictures(classes=max(units, 2)), pictures(8, 1, max(units, 2)), SHORT)
    save_model(classifier, file)


@pytest.mark.slow
@pytest.mark.parametrize("units", [1, 3])
def test_two_processes_give_the_same_bytes(tmp_path, units):
    files = tmp_path / "one.keras", tmp_path / "two.keras"
    for file in files:
        child = small.processes().Process(target=efficientnet, args=(units, file))
        child.start()
        child.join()
        assert child.exitcode == 0
    assert files[0].read_bytes() == files[1].read_bytes()
