"""Batch normalisation folded into the convolutions: the same function, by fewer passes over memory."""

from collections import Counter

import keras
import tensorflow as tf

# Of each kind of convolution the kernel that comes last.
_KERNELS = {
    keras.layers.Conv2D: "kernel",
    keras.layers.DepthwiseConv2D: "kernel",
    keras.layers.SeparableConv2D: "pointwise_kernel",
}


class Folded(keras.layers.Layer):
    """A network that shares its weights with `network`, and computes the same with fewer operations.

    Where normalisation uses the statistics that it has stored, it scales and shifts each channel of its input. If that
    is what a convolution gave, the convolution can do it:

        gamma (k * x - mean) / sqrt(variance + epsilon) + beta = (s k) * x + beta - s mean,
        s = gamma / sqrt(variance + epsilon)

    Kernels are scaled in each call, which costs little beside convolving whole pictures. So this holds while weights
    change, and gradients are those of `network`. Normalisation that learns from its batches is left as it is.

    network: functional, and called likewise: pictures (n, ...) and whether they are trained on. What it gives differs
        by rounding alone.
    """

    def __init__(self, network: keras.Model):
        super().__init__(dtype=network.dtype_policy)
        self.network = network
        self.pairs = _pairs(network)
        self.parts = {id(step): Folded(step) for step in network.operations if _is_functional(step)}
        self.built = True

    def call(self, pictures: tf.Tensor, training: bool = False) -> tf.Tensor:
        pairs = {id(layer): norm for layer, norm in self.pairs if not (training and norm.trainable)}
        done = {id(norm) for norm in pairs.values()}

        def folded(step: keras.Operation):
            if id(step) in pairs:
                return lambda x, **_: _convolve(step, pairs[id(step)], x)
            if id(step) in self.parts:
                return lambda x, **_: self.parts[id(step)](x, training=training)
            return (lambda x, **_: x) if id(step) in done else step

        return self.network._run_through_graph(tf.cast(pictures, self.network.inputs[0].dtype), folded)


def _pairs(network: keras.Model) -> list[tuple[keras.layers.Layer, keras.layers.BatchNormalization]]:
    """Convolutions, each with the normalisation that alone sees what it gives."""
    nodes = [node for nodes in network._nodes_by_depth.values() for node in nodes]
    calls = Counter(id(node.operation) for node in nodes)
    uses = Counter(id(tensor) for node in nodes for tensor in node.input_tensors)
    uses.update(id(tensor) for tensor in network.outputs)
    pairs = []
    for node in nodes:
        norm = node.operation
        if isinstance(norm, keras.layers.BatchNormalization):
            layer = node.input_tensors[0]._keras_history.operation
            only = uses[id(node.input_tensors[0])] == calls[id(layer)] == calls[id(norm)] == 1
            if only and _is_plain(layer) and norm.axis in (-1, 3):
                pairs.append((layer, norm))
    return pairs


def _is_plain(layer: keras.layers.Layer) -> bool:
    return type(layer) in _KERNELS and layer.activation is keras.activations.linear


def _convolve(layer: keras.layers.Layer, norm: keras.layers.BatchNormalization, x: tf.Tensor) -> tf.Tensor:
    """What `norm` makes of what `layer` makes of x, (n, height, width, channels)."""
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


def _is_functional(step: keras.Operation) -> bool:
    return isinstance(step, keras.Model) and not isinstance(step, keras.Sequential)
