"""Vision transformers are cut, frozen, cached, folded, kept in 16 bits and saved like any other network."""

import zipfile
from dataclasses import replace

import keras
import numpy as np
import pytest

from tests.network import small
from tests.network.transformers import NAME, SHAPES, WIDTHS, transformer
from transfer.network import backbones, blocks, model_file, precision
from transfer.network.classifier import assemble, logits_of
from transfer.network.inference.activation_cache import split_at_trainable
from transfer.network.inference.folding import fold
from transfer.network.training.loop import fit
from transfer.network.training.optimizer import learning_rate_factors

PICTURES = np.random.default_rng(0).integers(0, 256, (2, 32, 32, 3)).astype(np.float32)


def classifier(kind: str, units: int = 1) -> keras.Model:
    kernel = np.random.default_rng(1).normal(0, 0.3, (WIDTHS[kind], units))
    return assemble(transformer(kind), kernel, np.zeros(units))


@pytest.mark.parametrize("kind", SHAPES)
def test_it_is_saved_in_layers_of_keras_and_read_again(kind, tmp_path):
    model = transformer(kind)
    assert model.output.shape == (None, WIDTHS[kind])
    for name in ("one", "two"):
        model_file.save_model(model, tmp_path / f"{name}.keras")
    assert (tmp_path / "one.keras").read_bytes() == (tmp_path / "two.keras").read_bytes()
    with zipfile.ZipFile(tmp_path / "one.keras") as archive:
        assert b"keras_hub" not in archive.read("config.json")
    np.testing.assert_array_equal(model_file.load_model(tmp_path / "one.keras")(PICTURES), model(PICTURES))


@pytest.mark.parametrize("kind", SHAPES)
def test_it_is_cut_above_each_block(kind):
    network = classifier(kind)
    found = blocks.find_blocks(network, NAME)
    assert list(found) == ["block1", "block2", "block3"]
    counts = []
    for block in ("block3", "block2"):
        assert blocks.unfreeze(network, NAME, block)[0] == block
        bottom, top = split_at_trainable(logits_of(network))
        assert not bottom.trainable_variables
        np.testing.assert_allclose(top(bottom(PICTURES)), logits_of(network)(PICTURES), atol=1e-5)
        counts.append(len(top.trainable_variables))
    of_a_block = 18 if SHAPES[kind].layer_scale else 16
    assert counts[1] - counts[0] == of_a_block
    blocks.unfreeze(network, NAME, "all")
    assert split_at_trainable(logits_of(network)) is None
    assert len(network.trainable_variables) == len(network.weights)


def test_tokens_are_cached_though_they_have_more_numbers_than_a_picture():
    picture = keras.Input((16, 16, 3))
    wide = replace(SHAPES["class"], width=240)
    features = backbones.extend(picture, wide)
    network = assemble(keras.Model(picture, features, name=NAME), np.zeros((240, 1)), np.zeros(1))
    blocks.unfreeze(network, NAME, "block3")
    bottom, _ = split_at_trainable(logits_of(network))
    assert bottom.output.shape[1:] == (5, 240) and 5 * 240 > 16 * 16 * 3


def test_learning_rates_fall_from_block_to_block():
    network = classifier("class and mean")
    blocks.unfreeze(network, NAME, "all")
    factors = learning_rate_factors(network, 0.5, blocks.find_blocks(network, NAME))
    by_name = dict(zip((weight.path for weight in network.trainable_variables), factors, strict=True))
    assert by_name["logit/kernel"] == 1 and by_name["norm/gamma"] == by_name["block3_mlp2/kernel"] == 0.5
    assert by_name["block2_attention/query/kernel"] == by_name["block2_scale1/scale"] == 0.25
    assert by_name["block1_norm1/gamma"] == by_name["tokens/tokens"] == by_name["patches/kernel"] == 0.125


@pytest.mark.parametrize("kind", SHAPES)
def test_folding_leaves_it_as_it_is(kind):
    network = classifier(kind)
    np.testing.assert_allclose(fold(network)(PICTURES), network(PICTURES), atol=1e-6)


@pytest.mark.parametrize("kind", SHAPES)
def test_in_16_bits_all_of_an_attention_is_in_16_bits(kind):
    network = classifier(kind)
    expected = network(PICTURES)
    precision.set_precision(network, "mixed_bfloat16")
    attention = network.get_layer("block2_attention")
    assert {layer.compute_dtype for layer in attention._flatten_layers()} == {"bfloat16"}
    fewer_bits = network(PICTURES)
    assert fewer_bits.dtype == "float32" and 0 < np.abs(fewer_bits - expected).max() < 0.05
    precision.set_precision(network, "float32")
    np.testing.assert_array_equal(network(PICTURES), expected)


@pytest.mark.parametrize("kind", SHAPES)
def test_its_top_block_is_trained_and_the_others_stay(kind):
    network = classifier(kind)
    blocks.unfreeze(network, NAME, "block3")
    before = {weight.path: weight.numpy() for weight in network.weights}
    recipe = replace(small.RECIPE, epochs=6, learning_rate=3e-3, min_area=1.0)
    history, selected = fit(network, small.shades(24), small.shades(24), recipe)
    assert selected.epoch and history[-1].loss < 0.85 * history[0].loss
    changed = {path for path, value in before.items() if not np.array_equal(value, network_weight(network, path))}
    assert changed == {weight.path for weight in network.trainable_weights}


def network_weight(network: keras.Model, path: str) -> np.ndarray:
    (weight,) = (weight for weight in network.weights if weight.path == path)
    return weight.numpy()


@pytest.mark.parametrize("kind", SHAPES)
def test_it_is_drawn_anew(kind):
    model = transformer(kind)
    model.trainable = False
    keras.utils.set_random_seed(1)
    fresh = backbones.reinitialise(model)
    assert [weight.path for weight in fresh.weights] == [weight.path for weight in model.weights]
    for old, new in zip(model.weights, fresh.weights, strict=True):
        assert new.trainable and (np.array_equal(old, new) == old.path.endswith(("gamma", "beta", "bias", "scale")))
