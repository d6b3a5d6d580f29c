"""Folding changes how a network is computed, not what: its outputs, and gradients, are the network's."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from tests.network import small
from transfer.network import backbones, precision
from transfer.network.classifier import assemble, mirror_averaged
from transfer.network.inference.folding import Folded

PICTURES = np.random.default_rng(0).uniform(0, 255, (2, 64, 64, 3)).astype(np.float32)


def with_statistics(network: keras.Model) -> keras.Model:
    """Normalisation as if it had been trained: none of its terms is 0 or 1."""
    draw = np.random.default_rng(1)
    for layer in network.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            count = layer.moving_mean.shape
            layer.moving_mean.assign(draw.normal(0, 0.2, count))
            layer.moving_variance.assign(draw.uniform(0.7, 1.4, count))
            for weight in layer.trainable_variables + layer.non_trainable_variables[:-2]:
                weight.assign(draw.uniform(0.7, 1.4, count))
    return network


@pytest.mark.parametrize(
    "name, folded, left",
    [
        ("efficientnet_lite0", 49, 0),
        ("mobilenet_v3_small", 34, 0),
        ("resnet50", 53, 0),  # convolutions with biases
        ("resnet50_v2", 32, 17),  # what normalises before its convolution
        ("densenet121", 59, 62),  # likewise
        ("vgg16", 0, 0),
        ("convnext_tiny", 0, 0),  # holds a Sequential, and layer normalisation
        pytest.param("inception_v3", 94, 0, marks=pytest.mark.slow),  # normalisation without gamma
        pytest.param("xception", 40, 0, marks=pytest.mark.slow),  # separable convolutions
    ],
)
def test_outputs_are_the_networks(name, folded, left):
    keras.utils.set_random_seed(0)
    size = 64 if name not in ("inception_v3", "xception") else 80
    network = with_statistics(backbones.build(name, size, "random"))
    pictures = np.resize(PICTURES, (2, size, size, 3))
    norms = [layer for layer in network.layers if isinstance(layer, keras.layers.BatchNormalization)]
    fast = Folded(network)
    assert (len(fast.pairs), len(norms) - len(fast.pairs)) == (folded, left)
    expected = network(pictures, training=False).numpy()
    np.testing.assert_allclose(fast(pictures), expected, atol=1e-4 * np.abs(expected).max())
    assert len(fast.weights) == len(network.weights)  # none of its own


def gradients(network: keras.Model, call) -> list[np.ndarray]:
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(call(PICTURES) * np.linspace(-1, 1, network.output.shape[1], dtype=np.float32))
    return [part.numpy() for part in tape.gradient(loss, network.trainable_variables)]


def test_gradients_are_the_networks():
    keras.utils.set_random_seed(0)
    network = with_statistics(backbones.build("resnet50", 64, "random"))
    for layer in network.layers:
        layer.trainable = layer.name.startswith("conv5") and not isinstance(layer, keras.layers.BatchNormalization)
    fast = Folded(network)
    expected, found = (gradients(network, lambda x, call=call: call(x, training=True)) for call in (network, fast))
    assert len(found) == 20
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-3 * np.abs(other).max())


def test_it_follows_the_weights():
    network = with_statistics(small.network())
    fast = Folded(network)
    pictures = PICTURES[:, :32, :32]
    first = fast(pictures).numpy()
    network.layers[2].kernel.assign(network.layers[2].kernel * 2)
    assert not np.allclose(fast(pictures), first)
    np.testing.assert_allclose(fast(pictures), network(pictures, training=False), atol=1e-5)


def test_normalisation_that_is_trained_is_left_alone():
    one, other = small.network(), small.network()
    fast = Folded(one)
    pictures = PICTURES[:, :32, :32]
    for _ in range(3):
        fast(pictures, training=True)
        other(pictures, training=True)
    for weight, expected in zip(one.weights, other.weights, strict=True):
        np.testing.assert_allclose(weight, expected, err_msg=weight.path)
    assert not np.allclose(one.layers[3].moving_mean, 0)


def test_networks_within_are_folded():
    network = mirror_averaged(with_statistics(small.network()))
    fast = Folded(network)
    assert [len(part.pairs) for part in fast.parts.values()] == [1]
    np.testing.assert_allclose(fast(PICTURES[:, :32, :32]), network(PICTURES[:, :32, :32], training=False), atol=1e-5)


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
        fast = Folded(network)
        assert not fast.pairs
        for one, other in zip(
            *(tf.nest.flatten(call(PICTURES, training=False)) for call in (fast, network)), strict=True
        ):
            np.testing.assert_allclose(one, other, atol=1e-5)


def test_sixteen_bits():
    keras.utils.set_random_seed(0)
    classifier = assemble(
        with_statistics(backbones.build("efficientnet_lite0", 64, "imagenet")), np.full(1280, 0.01), 0
    )
    exact = Folded(classifier)(PICTURES).numpy()
    precision.set_precision(classifier, "mixed_bfloat16")
    found, expected = Folded(classifier)(PICTURES), classifier(PICTURES, training=False)
    assert found.dtype == tf.float32
    assert np.abs(found - exact).max() <= max(2 * np.abs(expected - exact).max(), 0.02)
