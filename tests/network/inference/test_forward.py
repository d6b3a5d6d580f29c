"""A picture gets the same digits alone and with others, in any place of a batch."""

import keras
import numpy as np
import pytest

from tests.network import small
from transfer.network import backbones
from transfer.network.inference import forward
from transfer.network.inference.forward import compile_inference, fetch_arrays, forward_batches, predict_padded
from transfer.network.runtime import MemoryTooSmall, tf


def features(name: str) -> keras.Model:
    keras.utils.set_random_seed(0)
    if name == "small":
        classifier = small.in_blocks()
        return keras.Model(classifier.input, classifier.get_layer("pool").output)
    return backbones.build(name, small.SIZE, "random")


@pytest.mark.parametrize(
    "name, width", [("small", 32), pytest.param("efficientnet_lite0", 1280, marks=pytest.mark.slow)]
)
def test_a_picture_gets_the_same_digits_whatever_is_in_its_batch(name, width):
    call = compile_inference(features(name))
    pictures = np.random.default_rng(0).integers(0, 256, (16, small.SIZE, small.SIZE, 3)).astype(np.uint8)
    together = predict_padded(call, pictures, 16)
    assert together.shape == (16, width)
    for few in ([3], [7, 3], [3, 0, 1, 2, 15]):
        assert np.array_equal(predict_padded(call, pictures[few], 16), together[few])


def in_small_memory(most: int):
    """What stands for a network: the mean colour of each picture, as long as the batch is not too large."""

    def call(pictures):
        if len(pictures) > most:
            raise tf.errors.ResourceExhaustedError(None, None, "out of memory")
        return tf.reduce_mean(tf.cast(pictures, tf.float32), axis=(1, 2))

    return call


def test_batches_are_halved_where_memory_is_too_small(capsys):
    pictures = small.pictures(20)
    got = np.concatenate(list(forward_batches(in_small_memory(4), pictures.read, pictures.rows, 16, "colours")))
    expected = np.concatenate(list(forward_batches(in_small_memory(99), pictures.read, pictures.rows, 16)))
    np.testing.assert_array_equal(got, expected)
    assert got.shape == (20, 3) and "going on with batches of 4" in capsys.readouterr().err
    with pytest.raises(MemoryTooSmall, match="does not hold 1 picture of this size at a time; take a smaller"):
        list(forward_batches(in_small_memory(0), pictures.read, pictures.rows, 16))


def test_values_of_a_gpu_are_fetched_several_at_a_time(monkeypatch):
    monkeypatch.setattr(tf.config, "get_visible_devices", lambda kind: ["GPU:0"])
    made = []

    def values():
        for number in range(40):
            made.append(number)
            yield tf.constant([number])

    fetched = fetch_arrays(values())
    assert next(fetched) == 0 and len(made) == 16
    assert np.concatenate(list(fetched)).tolist() == list(range(1, 40))
    monkeypatch.setattr(forward, "MOST_BYTES", 4)
    made.clear()
    assert next(fetch_arrays(values())) == 0 and len(made) == 2


def test_values_of_a_cpu_are_there_as_soon_as_they_are_computed():
    values = iter([tf.constant([1]), tf.constant([2])])
    assert next(fetch_arrays(values)) == 1 and next(values) == 2
