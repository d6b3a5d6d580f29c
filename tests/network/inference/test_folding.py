"""Folding changes how a network is computed, not what: its outputs, and gradients, are the network's."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from tests.network import small
from tests.network.small import with_statistics
from transfer.network import backbones, precision
from transfer.network.classifier import mirror_averaged
from transfer.network.inference.folding import FoldedConvolution, fold

PICTURES = np.random.default_rng(0).uniform(0, 255, (2, 64, 64, 3)).astype(np.float32)
SMALL = PICTURES[:, :32, :32]


def folded_layers(fast: keras.Model) -> list[FoldedConvolution]:
    return [layer for layer in fast.layers if isinstance(layer, FoldedConvolution)]


@pytest.mark.slow
@pytest.mark.parametrize(
    "name, folded, left",
    [
        ("efficientnet_lite0", 49, 0),
        ("mobilenet_v3_small", 34, 0),
        ("resnet50", 53, 0),  # convolutions with biases
        ("resnet50_v2", 32, 17),  # normalises before its convolutions
        ("densenet121", 59, 62),  # likewise
        ("vgg16", 0, 0),
        ("convnext_tiny", 0, 0),  # holds a Sequential, and layer normalisation
        ("inception_v3", 94, 0),  # normalisation without gamma
        ("xception", 40, 0),  # separable convolutions
    ],
)
def test_outputs_are_the_networks(name, folded, left):
    keras.utils.set_random_seed(0)
    size = 64 if name not in ("inception_v3", "xception") else 80
    network = with_statistics(backbones.build(name, size, "random"))
    pictures = np.resize(PICTURES, (2, size, size, 3))
    norms = [layer for layer in network.layers if isinstance(layer, keras.layers.BatchNormalization)]
    fast = fold(network)
    count = len(folded_layers(fast))
    assert (count, len(norms) - count) == (folded, left)
    expected = network(pictures, training=False).numpy()
    np.testing.assert_allclose(fast(pictures), expected, atol=1e-4 * np.abs(expected).max())
    assert {id(weight) for weight in fast.weights} == {id(weight) for weight in network.weights}  # none of its own


def every_kind() -> keras.Model:
    """Every kind of convolution that is folded, with and without a bias, and normalisation without gamma or beta."""
    layers = keras.layers
    picture = x = keras.Input((64, 64, 3))
    for layer, norm in (
        (layers.Conv2D(8, 3, strides=2), layers.BatchNormalization()),
        (layers.DepthwiseConv2D(3, depth_multiplier=2, use_bias=False), layers.BatchNormalization(scale=False)),
        (layers.SeparableConv2D(8, 3), layers.BatchNormalization(center=False)),
        (layers.Conv2D(4, 1, use_bias=False, name="last"), layers.BatchNormalization()),
    ):
        x = layers.ReLU()(norm(layer(x)))
    return with_statistics(keras.Model(picture, layers.GlobalAveragePooling2D()(x)))


def test_every_kind_of_convolution_is_folded():
    keras.utils.set_random_seed(0)
    network = every_kind()
    fast = fold(network)
    assert len(folded_layers(fast)) == 4 and not any(
        isinstance(layer, keras.layers.BatchNormalization) for layer in fast.layers
    )
    expected = network(PICTURES, training=False).numpy()
    np.testing.assert_allclose(fast(PICTURES), expected, atol=1e-5 * np.abs(expected).max())
    assert {id(weight) for weight in fast.weights} == {id(weight) for weight in network.weights}


def gradients(network: keras.Model, call) -> list[np.ndarray]:
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(call(PICTURES) * np.linspace(-1, 1, network.output.shape[1], dtype=np.float32))
    return [part.numpy() for part in tape.gradient(loss, network.trainable_variables)]


def test_gradients_are_the_networks():
    keras.utils.set_random_seed(0)
    network = every_kind()
    for layer in network.layers:
        layer.trainable = not isinstance(layer, keras.layers.BatchNormalization)
    fast = fold(network)
    expected, found = (gradients(network, lambda x, call=call: call(x, training=True)) for call in (network, fast))
    assert len(found) == 7
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-4 * np.abs(other).max())


def test_it_follows_the_weights():
    network = with_statistics(small.network())
    fast = fold(network)
    first = fast(SMALL).numpy()
    network.layers[2].kernel.assign(network.layers[2].kernel * 2)
    assert not np.allclose(fast(SMALL), first)
    np.testing.assert_allclose(fast(SMALL), network(SMALL, training=False), atol=1e-5)


def test_normalisation_that_is_trained_is_left_alone():
    one, other = small.network(), small.network()
    fast = fold(one)
    for _ in range(3):
        fast(SMALL, training=True)
        other(SMALL, training=True)
    for weight, expected in zip(one.variables, other.variables, strict=True):
        np.testing.assert_allclose(weight, expected, err_msg=weight.path)
    assert not np.allclose(one.layers[3].moving_mean, 0)
    assert one.layers[5].seed_generator.state.numpy()[1] == 3  # dropout has drawn three times, as in `other`


def test_networks_within_are_folded():
    network = mirror_averaged(with_statistics(small.network()))
    fast = fold(network)
    (within,) = {id(layer): layer for layer in fast.layers if isinstance(layer, keras.Model)}.values()
    assert len(folded_layers(within)) == 1
    np.testing.assert_allclose(fast(SMALL), network(SMALL, training=False), atol=1e-5)


def pair(first, norm, output=lambda one, other: other) -> keras.Model:
    """A network of a layer and its normalisation; output: of what they give."""
    picture = keras.Input((64, 64, 3))
    given = first(picture)
    return with_statistics(keras.Model(picture, output(given, norm(given))))


def test_what_cannot_be_folded_is_not():
    layers = keras.layers
    shared = layers.Conv2D(4, 3)
    networks = [
        pair(layers.Conv2D(4, 3, activation="relu"), layers.BatchNormalization()),
        pair(layers.Conv2D(62, 3), layers.BatchNormalization(axis=1)),
        pair(layers.Conv2D(4, 3), layers.BatchNormalization(), lambda one, other: layers.Add()([one, other])),
        pair(layers.Conv2D(4, 3), layers.BatchNormalization(), lambda one, other: [one, other]),
        pair(layers.MaxPooling2D(), layers.BatchNormalization()),
    ]
    picture = keras.Input((64, 64, 3))
    twice = [layers.BatchNormalization()(shared(x)) for x in (picture, picture)]
    networks.append(with_statistics(keras.Model(picture, twice)))
    for network in networks:
        fast = fold(network)
        assert not folded_layers(fast)
        for one, other in zip(
            *(tf.nest.flatten(call(PICTURES, training=False)) for call in (fast, network)), strict=True
        ):
            np.testing.assert_allclose(one, other, atol=1e-5)


def test_sixteen_bits():
    classifier = small.in_blocks()
    exact = fold(classifier)(SMALL).numpy()
    precision.set_precision(classifier, "mixed_bfloat16")
    found, expected = fold(classifier)(SMALL), classifier(SMALL, training=False)
    assert found.dtype == tf.float32
    assert np.abs(found - exact).max() <= max(2 * np.abs(expected - exact).max(), 0.02)
