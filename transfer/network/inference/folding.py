"""Batch normalisation folded into the convolutions before it: the same function, with fewer passes over memory."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

import keras
import tensorflow as tf

# The kernel that comes last in each kind of convolution.
_KERNELS = {
    keras.layers.Conv2D: "kernel",
    keras.layers.DepthwiseConv2D: "kernel",
    keras.layers.SeparableConv2D: "pointwise_kernel",
}


def fold(network: keras.Model) -> keras.Model:
    """A network that shares all weights with `network` and computes the same, up to rounding, with fewer operations.

    Every normalisation that alone receives the output of a convolution is folded into that convolution, see
    `FoldedConvolution`; so it is in networks within the network.

    network: functional
    """
    norms = {id(pair.convolution): pair.norm for pair in _find_pairs(network)}
    folded = {id(norm) for norm in norms.values()}

    def share(operation: keras.Operation) -> keras.Operation:
        if isinstance(operation, keras.Model) and not isinstance(operation, keras.Sequential):
            return fold(operation)
        return operation

    def call(operation: keras.Operation, *arguments: Any, **keywords: Any) -> Any:
        if id(operation) in norms:
            return FoldedConvolution(operation, norms[id(operation)])(*arguments, **keywords)
        if id(operation) in folded:
            return arguments[0]
        return operation(*arguments, **keywords)

    return keras.models.clone_model(network, clone_function=share, call_function=call)


class FoldedConvolution(keras.layers.Layer):
    """A convolution and the normalisation of its output, as one convolution.

    Normalisation with stored statistics scales and shifts each channel, which the convolution can do itself:

        gamma (k * x - mean) / sqrt(variance + epsilon) + beta = (s k) * x + beta - s mean,
        s = gamma / sqrt(variance + epsilon)

    The kernel is scaled in each call, which costs little compared with the convolution. So the result follows the
    weights as they change, and the gradients are those of the two layers. Where the normalisation is trained, and so
    uses the statistics of its batch, the two layers are called as they are.

    convolution: without activation
    norm: along the channels
    """

    def __init__(self, convolution: keras.layers.Layer, norm: keras.layers.BatchNormalization):
        super().__init__(dtype="float32", autocast=False)  # each layer within casts by its own policy
        self.convolution, self.norm = convolution, norm
        self.built = True

    def call(self, x: tf.Tensor, training: bool = False) -> tf.Tensor:
        layer, norm = self.convolution, self.norm
        if training and norm.trainable:
            return norm(layer(x), training=True)
        scale = keras.ops.rsqrt(norm.moving_variance + norm.epsilon)
        if norm.scale:
            scale = scale * norm.gamma
        shift = -norm.moving_mean * scale
        if norm.center:
            shift = shift + norm.beta
        if layer.use_bias:
            shift = shift + scale * layer.bias
        kernel = getattr(layer, _KERNELS[type(layer)])
        if isinstance(layer, keras.layers.DepthwiseConv2D):  # its output channels are its kernel's last two axes
            scale = keras.ops.reshape(scale, kernel.shape[2:])
        values = [(kernel, scale * kernel)]
        if layer.use_bias:
            values.append((layer.bias, shift))
        with keras.StatelessScope(values):
            y = layer(x)
        return y if layer.use_bias else tf.nn.bias_add(y, tf.cast(shift, y.dtype))


@dataclass(frozen=True)
class _Call:
    """One call of a layer or another operation in a network: its tensors are symbolic."""

    operation: keras.Operation
    inputs: list[keras.KerasTensor]
    outputs: list[keras.KerasTensor]


@dataclass(frozen=True)
class _Pair:
    convolution: keras.layers.Layer
    norm: keras.layers.BatchNormalization


def _find_pairs(network: keras.Model) -> list[_Pair]:
    """Convolutions, each with the normalisation that alone receives its output."""
    calls, outputs = _list_calls(network)
    times_called = Counter(id(call.operation) for call in calls)
    times_used = Counter(id(tensor) for call in calls for tensor in call.inputs)
    times_used.update(id(tensor) for tensor in outputs)
    maker = {id(tensor): call.operation for call in calls for tensor in call.outputs}
    pairs = []
    for call in calls:
        norm = call.operation
        if isinstance(norm, keras.layers.BatchNormalization) and norm.axis in (-1, 3):
            layer = maker.get(id(call.inputs[0]))
            once = times_used[id(call.inputs[0])] == times_called[id(layer)] == times_called[id(norm)] == 1
            if once and type(layer) in _KERNELS and layer.activation is keras.activations.linear:
                pairs.append(_Pair(layer, norm))
    return pairs


def _list_calls(network: keras.Model) -> tuple[list[_Call], list[keras.KerasTensor]]:
    """All calls in a network, in an order in which they can be computed, and its outputs."""
    calls = []

    def record(operation: keras.Operation, *arguments: Any, **keywords: Any) -> Any:
        outputs = operation(*arguments, **keywords)
        inputs = [value for value in keras.tree.flatten((arguments, keywords)) if isinstance(value, keras.KerasTensor)]
        calls.append(_Call(operation, inputs, keras.tree.flatten(outputs)))
        return outputs

    called = keras.models.clone_model(network, clone_function=lambda operation: operation, call_function=record)
    return calls, called.outputs
