"""What XLA can be asked to compile."""

import keras
import pytest

from transfer.errors import InputError
from transfer.network.runtime import tf
from transfer.network.training.batch_steps import check_compilable


def pooled(frozen: bool) -> keras.Model:
    """A convolution, max-pooling, and another convolution."""
    picture = keras.Input((8, 8, 3))
    below = keras.layers.Conv2D(2, 3, trainable=not frozen)(picture)
    return keras.Model(picture, keras.layers.Conv2D(2, 3)(keras.layers.MaxPooling2D(name="pool")(below)))


def test_a_gradient_of_max_pooling_is_refused_on_gpus_under_xla(monkeypatch):
    check_compilable(pooled(frozen=False))  # no GPU here
    monkeypatch.setattr(tf.config, "get_visible_devices", lambda kind: ["GPU:0"])
    check_compilable(pooled(frozen=True))
    with pytest.raises(InputError, match="hardware.jit_compile cannot train pool on a GPU"):
        check_compilable(pooled(frozen=False))
