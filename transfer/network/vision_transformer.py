"""Vision transformers (Dosovitskiy et al., 2021) written out in single layers, from scaled pictures to pooled features.

KerasHub has each as one layer that holds all blocks. Here every layer stands for itself, so that blocks can be frozen,
cached and given learning rates of their own, as those of the other networks; and a model is loaded without KerasHub.
"""

import keras

from transfer.network.catalogue import Transformer
from transfer.network.token_layers import AddPositions, PrependTokens, ScaleChannels

PATCH_GRID = "patch_grid"  # the layer that has the patches where they lie in the picture: what a heat map is made of
PREFIX = "prefix"  # the layer beside it that has the other tokens


def extend(scaled: keras.KerasTensor, shape: Transformer) -> keras.KerasTensor:
    """Build a vision transformer with random weights.

    Layers of block 3 are called `block3_...`; those without a block's name are before the first or after the last, but
    for PATCH_GRID and what goes with it, before the last block: its patches are the last that have a say in every
    way of pooling.

    scaled: pictures as the network takes them, (n, size, size, 3), size a multiple of the patches' size
    Returns pooled features, (n, `shape.features`).
    """
    layers, side = keras.layers, scaled.shape[1] // shape.patch
    x = layers.Conv2D(shape.width, shape.patch, shape.patch, name="patches")(scaled)
    x = AddPositions(name="positions")(layers.Reshape((side * side, shape.width), name="flat_patches")(x))
    if shape.prefix:
        x = PrependTokens(shape.prefix, name="tokens")(x)
    for number in range(1, shape.blocks + 1):
        if number == shape.blocks:
            x = _show_grid(x, side, shape)
        x = _block(x, shape, f"block{number}")
    x = layers.LayerNormalization(epsilon=shape.epsilon, name="norm")(x)
    if shape.pooling == "attention":
        return _attend(x, shape)
    pooled = layers.Cropping1D((0, x.shape[1] - shape.classes), name="class_tokens")(x)
    pooled = layers.Flatten(name="class")(pooled)
    if shape.pooling == "class":
        return pooled
    patches = layers.Cropping1D((shape.prefix, 0), name="patch_tokens")(x)
    mean = layers.GlobalAveragePooling1D(name="mean_patch")(patches)
    return layers.Concatenate(name="class_and_mean_patch")([pooled, mean])


def _show_grid(x: keras.KerasTensor, side: int, shape: Transformer) -> keras.KerasTensor:
    """The same tokens, by way of a tensor that has those of the patches in rows and columns."""
    layers, patches = keras.layers, x
    if shape.prefix:
        prefix = layers.Cropping1D((0, side * side), name=PREFIX)(x)
        patches = layers.Cropping1D((shape.prefix, 0), name="patches_alone")(x)
    grid = layers.Reshape((side, side, shape.width), name=PATCH_GRID)(patches)
    patches = layers.Reshape((side * side, shape.width), name="patches_in_line")(grid)
    return layers.Concatenate(axis=1, name="all_tokens")([prefix, patches]) if shape.prefix else patches


def _block(x: keras.KerasTensor, shape: Transformer, name: str) -> keras.KerasTensor:
    y = keras.layers.LayerNormalization(epsilon=shape.epsilon, name=f"{name}_norm1")(x)
    y = keras.layers.MultiHeadAttention(shape.heads, shape.width // shape.heads, name=f"{name}_attention")(y, y)
    if shape.layer_scale:
        y = ScaleChannels(name=f"{name}_scale1")(y)
    x = keras.layers.Add(name=f"{name}_add1")([x, y])
    y = keras.layers.LayerNormalization(epsilon=shape.epsilon, name=f"{name}_norm2")(x)
    y = _perceptron(y, shape, name)
    if shape.layer_scale:
        y = ScaleChannels(name=f"{name}_scale2")(y)
    return keras.layers.Add(name=f"{name}_add2")([x, y])


def _perceptron(x: keras.KerasTensor, shape: Transformer, name: str) -> keras.KerasTensor:
    x = keras.layers.Dense(shape.mlp, name=f"{name}_mlp1")(x)
    x = keras.ops.gelu(x, approximate=shape.approximate)
    return keras.layers.Dense(shape.width, name=f"{name}_mlp2")(x)


def _attend(x: keras.KerasTensor, shape: Transformer) -> keras.KerasTensor:
    """Pool by attention: a learnt token asks all others (Zhai et al., 2022; SigLIP)."""
    layers = keras.layers
    probe = layers.Cropping1D((0, x.shape[1]), name="pool_probe")(PrependTokens(1, name="pool_tokens")(x))
    x = layers.MultiHeadAttention(shape.heads, shape.width // shape.heads, name="pool_attention")(probe, x)
    y = layers.LayerNormalization(epsilon=shape.epsilon, name="pool_norm")(x)
    x = layers.Add(name="pool_add")([x, _perceptron(y, shape, "pool")])
    return layers.Flatten(name="pooled")(x)
