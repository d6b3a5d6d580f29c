"""Layers of vision transformers that Keras has not got. Whatever loads such a network imports this first."""

from typing import Any

import keras


def _drawn() -> keras.initializers.Initializer:
    """As vision transformers draw tokens (Dosovitskiy et al., 2021); a new one for each layer, or all were the same."""
    return keras.initializers.TruncatedNormal(stddev=0.02)


@keras.saving.register_keras_serializable("transfer")
class AddPositions(keras.layers.Layer):
    """Adds to each token a learnt vector of its position: float (n, tokens, width), in and out."""

    def build(self, shape: tuple) -> None:
        self.positions = self.add_weight(name="positions", shape=shape[1:], initializer=_drawn())

    def call(self, tokens: Any) -> Any:
        return tokens + self.positions


@keras.saving.register_keras_serializable("transfer")
class PrependTokens(keras.layers.Layer):
    """Puts learnt tokens, the same for every picture, before those of the patches.

    count: of the learnt tokens. From float (n, tokens, width) to (n, count + tokens, width)
    """

    def __init__(self, count: int, **arguments: Any):
        super().__init__(**arguments)
        self.count = count

    def build(self, shape: tuple) -> None:
        self.tokens = self.add_weight(name="tokens", shape=(self.count, shape[2]), initializer=_drawn())

    def call(self, tokens: Any) -> Any:
        learnt = keras.ops.broadcast_to(self.tokens, (keras.ops.shape(tokens)[0], *self.tokens.shape))
        return keras.ops.concatenate([learnt, tokens], axis=1)

    def get_config(self) -> dict:
        return super().get_config() | {"count": self.count}


@keras.saving.register_keras_serializable("transfer")
class ScaleChannels(keras.layers.Layer):
    """Multiplies each channel by a learnt number (LayerScale: Touvron et al., 2021): float (..., width), in and out."""

    def build(self, shape: tuple) -> None:
        self.scale = self.add_weight(name="scale", shape=shape[-1:], initializer="ones")

    def call(self, x: Any) -> Any:
        return x * self.scale
