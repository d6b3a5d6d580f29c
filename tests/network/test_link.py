"""The link: both forms against SciPy and Keras, and each against the other."""

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import check_grad

from transfer.classes import Classes
from transfer.network.link import Sigmoid, Softmax, link_for, link_of
from transfer.network.runtime import tf


def drawn(classes: int, count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    draws = np.random.default_rng(seed)
    return draws.integers(0, max(classes, 2), count), draws.normal(0, 4, (count, classes)).astype(np.float32)


def test_a_data_set_decides():
    assert link_of(Classes(("a", "b"), "b")) == link_for(1) == Sigmoid()
    assert link_of(Classes(("a", "b"))) == link_for(2) == Softmax(2)
    assert link_of(Classes(("a", "b", "c"))).units == 3


@pytest.mark.parametrize("units", [1, 2, 3, 50])
def test_losses_are_those_of_keras_and_back_propagate_to_the_gradients(units):
    link, (targets, logits) = link_for(units), drawn(units, 20, units)
    outputs = keras.ops.convert_to_numpy(keras.activations.get(link.activation)(logits))
    if units == 1:
        expected = keras.losses.binary_crossentropy(targets[:, None], outputs)
    else:
        expected = keras.losses.sparse_categorical_crossentropy(targets, outputs)
    np.testing.assert_allclose(link.losses(targets, logits), expected, rtol=1e-3, atol=1e-5)
    np.testing.assert_allclose(link.activate(logits), outputs, atol=1e-6)
    with tf.GradientTape() as tape:
        variable = tf.Variable(logits)
        losses = link.tensor_losses(tf.constant(targets, tf.int32), variable)
    np.testing.assert_allclose(losses, link.losses(targets, logits), rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(tape.gradient(losses, variable), link.gradients(targets, logits), atol=1e-5)


@settings(deadline=None, max_examples=30)
@given(st.integers(1, 50), st.integers(0, 999))
def test_gradients_are_the_derivatives_of_losses(units, seed):
    link, (targets, logits) = link_for(units), drawn(units, 3, seed)

    def total(flat):
        return link.losses(targets, flat.reshape(3, units)).sum()

    error = check_grad(
        total, lambda flat: link.gradients(targets, flat.reshape(3, units)).ravel(), logits.ravel() * 0.2
    )
    assert error < 1e-5


@settings(deadline=None, max_examples=30)
@given(st.integers(2, 50), st.integers(0, 999))
def test_probabilities_add_up_and_the_likeliest_is_predicted(classes, seed):
    units = 1 if classes == 2 else classes
    link, (_, logits) = link_for(units), drawn(units, 9, seed)
    probabilities = link.probabilities(link.activate(logits))
    assert probabilities.shape == (9, classes)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, atol=1e-6)
    np.testing.assert_array_equal(link.predicted(logits), probabilities.argmax(axis=1))


def test_two_classes_are_the_same_in_both_forms():
    targets, logits = drawn(1, 30, 0)
    both = np.concatenate([np.zeros_like(logits), logits], axis=1)
    np.testing.assert_allclose(Softmax(2).losses(targets, both), Sigmoid().losses(targets, logits), rtol=1e-6)
    np.testing.assert_array_equal(
        Softmax(2).predicted(both)[logits[:, 0] != 0], Sigmoid().predicted(logits)[logits[:, 0] != 0]
    )


def test_axes_between_are_kept():
    targets, logits = np.array([0, 2]), np.random.default_rng(0).normal(size=(2, 5, 3))
    losses = Softmax(3).losses(targets, logits)
    assert losses.shape == (2, 5) and Softmax(3).gradients(targets, logits).shape == (2, 5, 3)
    np.testing.assert_allclose(losses[:, 4], Softmax(3).losses(targets, logits[:, 4]))


def test_certainty_is_survived():
    assert Sigmoid().losses(np.array([1, 0]), np.array([[1e4], [1e4]])).tolist() == [0, 1e4]
    assert Softmax(2).losses(np.array([1, 0]), np.array([[0, 1e4], [0, 1e4]])).tolist() == [0, 1e4]
    assert np.isfinite(Sigmoid().gradients(np.array([1]), np.array([[-1e4]]))).all()
