"""Activations of the frozen bottom are computed once: the same training, in less time."""

from dataclasses import replace

import keras
import numpy as np
import pytest

from tests.network import small
from tests.network.small import SHORT, in_blocks, pictures
from transfer.network import backbones, blocks
from transfer.network.classifier import assemble, logits_of
from transfer.network.inference import activation_cache
from transfer.network.inference.forward import compile_inference, forward_batches
from transfer.network.training.loop import fit


@pytest.mark.parametrize("block", ["block3", "top"])
def test_bottom_and_top_are_the_network(block):
    network = logits_of(in_blocks(block))
    bottom, top = activation_cache.split_at_trainable(network)
    assert not bottom.trainable_variables
    assert {v.path for v in top.trainable_variables} == {v.path for v in network.trainable_variables}
    x = np.random.default_rng(0).integers(0, 256, (2, *network.input.shape[1:])).astype(np.float32)
    np.testing.assert_allclose(top(bottom(x)), network(x), atol=1e-5)


@pytest.mark.parametrize("block", ["all", "block1", "block2"])
def test_no_cut_where_none_is_frozen_or_the_tensor_is_large(block):
    assert activation_cache.split_at_trainable(logits_of(in_blocks(block))) is None


def test_no_cut_where_two_tensors_go_up():
    picture = keras.Input((8, 8, 3))
    one, two = (keras.layers.Conv2D(1, 3, name=name)(picture) for name in "ab")
    logit = keras.layers.Dense(1, name="logit")(keras.layers.Flatten()(keras.layers.Concatenate()([one, two])))
    network = keras.Model(picture, logit)
    for layer in network.layers:
        layer.trainable = layer.name == "logit"
    assert activation_cache.split_at_trainable(network) is not None  # above the concatenation there is one
    network.get_layer(index=3).trainable = True
    assert activation_cache.split_at_trainable(network) is None


@pytest.mark.slow
@pytest.mark.parametrize(
    "name, block", [("resnet50_v2", "conv5"), ("inception_v3", "mixed9"), ("convnext_tiny", "stage_3")]
)
def test_other_families_are_cut_too(name, block):
    backbone = backbones.build(name, 96, "random")
    classifier = assemble(backbone, np.zeros((backbone.output.shape[1], 1)), np.zeros(1))
    blocks.unfreeze(classifier, name, block)
    bottom, top = activation_cache.split_at_trainable(logits_of(classifier))
    x = np.random.default_rng(0).integers(0, 256, (1, 96, 96, 3)).astype(np.float32)
    np.testing.assert_allclose(top(bottom(x)), logits_of(classifier)(x), atol=1e-4)
    assert not bottom.trainable_variables and len(top.trainable_variables) > 5


def test_views_are_a_picture_and_its_mirror_image(tmp_path):
    network = logits_of(in_blocks("top"))
    bottom, _ = activation_cache.split_at_trainable(network)
    some = replace(pictures(8), rows=np.arange(3, 8))
    cached = activation_cache.cache_activations(compile_inference(bottom), some.read, some.rows, 4, 2, tmp_path)
    assert cached.shape == (10, *bottom.output.shape[1:]) and not list(tmp_path.iterdir())
    np.testing.assert_allclose(
        cached[::2], np.concatenate(list(forward_batches(compile_inference(bottom), some.read, some.rows, 4)))
    )
    assert not np.allclose(cached[1::2], cached[::2])
    one = activation_cache.cache_activations(compile_inference(bottom), some.read, some.rows, 4, 1, None)
    np.testing.assert_array_equal(one, cached[::2])


def test_a_full_disk_is_no_reason_to_fail(monkeypatch, tmp_path):
    monkeypatch.setattr("shutil.disk_usage", lambda folder: type("Usage", (), {"free": 100}))
    bottom, _ = activation_cache.split_at_trainable(logits_of(in_blocks("top")))
    assert (
        activation_cache.cache_activations(compile_inference(bottom), pictures(4).read, np.arange(4), 4, 2, tmp_path)
        is None
    )


@pytest.mark.slow
def test_training_on_cached_activations_is_the_same_training(monkeypatch):
    recipe = replace(SHORT, min_area=1.0)

    def losses():
        classifier = in_blocks("block3")
        history, _ = fit(classifier, pictures(), pictures(8, 1), recipe)
        return [(epoch.loss, epoch.val_loss) for epoch in history]

    reused = losses()
    monkeypatch.setattr("transfer.network.training.epochs.split_at_trainable", lambda network: None)
    np.testing.assert_allclose(reused, losses(), atol=2e-3)


def test_nothing_is_cached_of_a_network_that_is_all_trained():
    assert activation_cache.split_at_trainable(logits_of(small.network())) is None
