"""Heat maps: they are Grad-CAM, they sum to the logit, and they point at evidence that was planted."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from tests.network import transformers
from transfer.network import backbones, head
from transfer.network.classifier import assemble, logits_of
from transfer.network.inference.saliency import CHUNK, _add, class_evidence
from transfer.network.link import Sigmoid
from transfer.network.side_by_side import join

SIZE = 96


def with_head(backbone, units, seed=1):
    width = backbone.output.shape[1]
    return assemble(backbone, np.random.default_rng(seed).normal(size=(width, units)), np.full(units, 0.5))


def by_hand(kind: str) -> keras.Model:
    """A few layers: the head follows directly, or there are averages in a block, or normalisation before the head."""
    layers = keras.layers
    picture = keras.Input((SIZE, SIZE, 3))
    x = layers.Conv2D(16, 32, strides=32, activation="relu")(layers.Rescaling(1 / 127.5, -1.0)(picture))
    if kind == "averages inside":
        squeezed = layers.GlobalAveragePooling2D(keepdims=True)(x)
        x = layers.Multiply()([x, layers.Conv2D(16, 1, activation="sigmoid")(squeezed)])
    x = layers.GlobalAveragePooling2D()(x)
    if kind == "normalises":
        x = layers.LayerNormalization()(x)
    return keras.Model(picture, x)


KINDS = ["directly", "averages inside", "normalises"]
REAL = ["efficientnet_lite0", "mobilenet_v3_small", "convnext_tiny"]  # the same three kinds


@pytest.mark.parametrize("units", [1, 3])
@pytest.mark.parametrize("name", [*KINDS, *(pytest.param(name, marks=pytest.mark.slow) for name in REAL)])
def test_it_is_the_gradient_weighted_sum_of_the_last_maps(name, units):
    keras.utils.set_random_seed(0)
    classifier = with_head(by_hand(name) if name in KINDS else backbones.build(name, SIZE, "random"), units)
    pictures = np.random.default_rng(0).integers(0, 256, (CHUNK + 1, SIZE, SIZE, 3)).astype(np.uint8)
    targets = np.arange(CHUNK + 1) % max(units, 2)
    got = np.array(class_evidence(classifier, pictures, targets))
    assert got.shape == (CHUNK + 1, 3, 3) and got.dtype == np.float32

    # Grad-CAM as it is defined: through the whole network, each map weighted by the sum of its gradient.
    pools = [layer for layer in classifier.layers if isinstance(layer, keras.layers.GlobalAveragePooling2D)]
    network = keras.Model(classifier.input, [pools[-1].input, classifier.get_layer("logit").output])
    with tf.GradientTape() as tape:
        maps, logits = network(pictures.astype(np.float32), training=False)
        evidence = evidence_of(logits, targets)
    weights = tf.reduce_sum(tape.gradient(evidence, maps), axis=(1, 2))
    expected = tf.einsum("nhwc,nc->nhw", maps, weights).numpy()
    np.testing.assert_allclose(got, expected, rtol=1e-3, atol=1e-4 * np.abs(expected).max())
    if name not in ("normalises", "convnext_tiny"):
        expected = evidence_of(logits_of(classifier).predict(pictures.astype(np.float32), verbose=0), targets)
        bias = np.where(targets == 1, 0.5, -0.5) if units == 1 else 0  # the same for three classes, so it says nothing
        np.testing.assert_allclose(got.mean(axis=(1, 2)) + bias, expected, rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize("units", [1, 3])
def test_of_several_backbones_it_is_the_sum_on_the_finest_grid(units):
    keras.utils.set_random_seed(0)
    parts = [by_hand("directly"), by_hand("normalises")]
    classifier = with_head(join(keras.Input((SIZE, SIZE, 3)), parts), units)
    pictures = np.random.default_rng(0).integers(0, 256, (CHUNK + 1, SIZE, SIZE, 3)).astype(np.uint8)
    targets = np.arange(CHUNK + 1) % max(units, 2)
    got = np.array(class_evidence(classifier, pictures, targets))

    kernel, bias = classifier.get_layer("logit").get_weights()
    width, expected = parts[0].output.shape[1], 0
    for part, rows in zip(parts, (kernel[:width], kernel[width:]), strict=True):
        expected += np.array(class_evidence(assemble(part, rows, bias), pictures, targets))
    np.testing.assert_allclose(got, expected, rtol=1e-3, atol=1e-4 * np.abs(expected).max())
    coarse, fine = tf.ones((1, 2, 2)), tf.zeros((1, 5, 4))
    np.testing.assert_array_equal(_add([coarse, fine]), np.ones((1, 5, 4), np.float32))


@pytest.mark.parametrize("units", [1, 3])
@pytest.mark.parametrize("kind", transformers.SHAPES)
def test_of_a_transformer_it_is_made_of_the_patches_that_enter_the_last_block(kind, units):
    classifier = with_head(transformers.transformer(kind), units)
    pictures = np.random.default_rng(0).integers(0, 256, (CHUNK + 1, 32, 32, 3)).astype(np.uint8)
    targets = np.arange(CHUNK + 1) % max(units, 2)
    got = np.array(class_evidence(classifier, pictures, targets))
    assert got.shape == (CHUNK + 1, 4, 4) and got.dtype == np.float32

    # By its definition, through the whole network, all tokens at once.
    into = classifier.get_layer("block3_norm1").input
    network = keras.Model(classifier.input, [into, classifier.get_layer("logit").output])
    pixels = tf.constant(pictures, tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(pixels)
        tokens, logits = network(pixels, training=False)
        evidence = evidence_of(logits, targets)
    patches, gradient = (part.numpy()[:, -16:] for part in (tokens, tape.gradient(evidence, tokens)))
    expected = np.einsum("npc,nc->np", patches, gradient.sum(axis=1)).reshape(-1, 4, 4)
    np.testing.assert_allclose(got, expected, rtol=1e-3, atol=1e-4 * np.abs(expected).max())


def evidence_of(logits, targets):
    """By hand: the logit for class 1 and against class 0; or a class' logit, less the mean of all."""
    if logits.shape[1] == 1:
        return logits[:, 0] * np.where(targets == 1, 1, -1).astype(np.float32)
    return tf.reduce_sum(logits * (np.eye(3, dtype=np.float32)[targets] - np.float32(1 / 3)), axis=1)


def test_a_network_that_looks_for_red_is_seen_to_look_at_red():
    picture = keras.Input((SIZE, SIZE, 3))
    red = keras.layers.Conv2D(1, 16, 16, use_bias=False)
    pooled = keras.layers.GlobalAveragePooling2D()(keras.layers.ReLU()(red(picture)))
    red.set_weights([np.tile(np.array([1.0, -1.0, -1.0])[:, None], (16, 16, 1, 1)) / 256])
    pictures = np.zeros((2, SIZE, SIZE, 3), np.uint8)
    pictures[0, 16:32, 64:80, 0] = 255  # the cell in row 1, column 4
    pictures[1] = 255  # white is not red
    one, none = class_evidence(assemble(keras.Model(picture, pooled), np.ones((1, 1)), np.zeros(1)), pictures, [1, 1])
    assert one.shape == (6, 6) and one[1, 4] == pytest.approx(255) and np.count_nonzero(one) == 1
    assert not none.any()


def planted(n: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Smooth pictures, every second with a checkered patch in a quarter: uint8 (n, 224, 224, 3), targets, quarters."""
    draw = np.random.default_rng(seed)
    pictures = np.stack([background(draw) for _ in range(n)])
    patch = np.where(np.indices((64, 64)).sum(axis=0) // 6 % 2, 255, 0)[..., None]
    quarters = draw.integers(0, 2, (n, 2))
    for picture, quarter in zip(pictures[::2], quarters[::2], strict=True):
        top, left = quarter * 128 + draw.integers(0, 32, 2)
        picture[top : top + 64, left : left + 64] = patch
    return pictures, 1 - np.arange(n) % 2, quarters


def background(draw: np.random.Generator) -> np.ndarray:
    return np.array(Image.fromarray(draw.integers(0, 256, (6, 6, 3)).astype(np.uint8)).resize((224, 224)))


@pytest.mark.slow
def test_a_trained_network_is_seen_to_look_where_a_patch_was_planted():
    backbone = backbones.build("efficientnet_lite0", 224, "imagenet")
    (pictures, targets, _), (others, other_targets, quarters) = planted(64, 0), planted(32, 1)
    features, other_features = (backbone.predict(x.astype(np.float32), verbose=0) for x in (pictures, others))
    settings = {"l2": [0.1], "epochs": 100, "folds": 0, "seed": 0}
    trained = head.train_head(features, targets, other_features, other_targets, Sigmoid(), **settings)
    maps = class_evidence(assemble(backbone, trained.kernel, trained.bias), others[::2], [1] * 16)
    found = []
    for heat in maps:
        warmth = [[heat[:4, :4].sum(), heat[:4, 3:].sum()], [heat[3:, :4].sum(), heat[3:, 3:].sum()]]
        found.append(np.unravel_index(np.argmax(warmth), (2, 2)))
    right = (np.array(found) == quarters[::2]).all(axis=1).sum()
    assert right >= 15, f"{right} of 16 maps are warmest in the quarter with the patch"  # by chance 4 would be
