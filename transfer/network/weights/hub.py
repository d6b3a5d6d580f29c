"""Vision transformers out of KerasHub's presets: by name, from a folder, or from an address."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import keras
import numpy as np

from transfer.errors import InputError, NetworkError
from transfer.network.catalogue import Backbone, Transformer, require_extra
from transfer.network.vision_transformer import PATCH_GRID


@dataclass(frozen=True)
class Preset:
    """What a preset says of a network.

    shape: of the network
    scale, offset: float (3,), the network takes RGB in [0, 255] times `scale` plus `offset`; None where it does not say
    patches: kernel and bias of the convolution that makes tokens of patches
    prefix: float32 (`shape.prefix`, width), the tokens before those of the patches, with what their positions add
    positions: float32 (side, side, width), those of the patches
    antialias: whether positions are smoothed where the grid becomes coarser
    blocks: the weights of each block
    top: the weights above the blocks, from normalisation on
    """

    shape: Transformer
    scale: np.ndarray | None
    offset: np.ndarray | None
    patches: list[np.ndarray]
    prefix: np.ndarray
    positions: np.ndarray
    antialias: bool
    blocks: list[list[np.ndarray]]
    top: list[np.ndarray]


def is_preset(weights: str) -> bool:
    """Whether `backbone.weights` means a preset: the published one of that name, an address, or a folder."""
    return weights == "imagenet" or "://" in weights or Path(weights).expanduser().is_dir()


def read_preset(name: str, backbone: Backbone, weights: str) -> Preset:
    """Read a preset, which is fetched if it is no folder and not in the cache.

    name: of the backbone
    weights: "imagenet", for the preset called `name`; an address, such as `hf://OWNER/NAME`; or a folder
    Raises InputError where KerasHub is missing or a folder holds no preset of such a network, and NetworkError where
    nothing can be fetched.
    """
    require_extra(name)
    import keras_hub

    folder = Path(weights).expanduser()
    local = "://" not in weights and folder.is_dir()
    place = name if weights == "imagenet" else str(folder) if local else weights
    try:
        model = getattr(keras_hub.models, backbone.factory).from_preset(place, dtype="float32")
        try:
            converter = keras_hub.layers.ImageConverter.from_preset(place)
        except FileNotFoundError:  # it says nothing of pictures
            converter = None
    except Exception as error:  # of half a dozen libraries that fetch and read
        reason = " ".join(str(error).split()).split(". ")[0][:300]
        if local or "not a subclass" in reason:
            raise InputError(f"backbone.weights {weights} is no preset that fits {name}: {reason}.") from None
        raise NetworkError(
            f"the preset of {name} could not be fetched ({reason}); go online once, or name its folder in "
            "backbone.weights."
        ) from None
    try:
        if getattr(model, "use_swiglu_ffn", False):
            raise ValueError("it has gated perceptrons")
        return _take(model, converter, backbone.transformer)
    except (ValueError, KeyError) as error:
        raise InputError(f"backbone.weights {weights} is no preset that fits {name}: {error}.") from None


def _take(model: Any, converter: Any, like: Transformer) -> Preset:
    vision = getattr(model, "vision_encoder", model)  # of two, where there is one for words too
    patch = vision.patch_size
    shape = replace(
        like,
        patch=patch if isinstance(patch, int) else patch[0],
        blocks=vision.num_layers,
        width=vision.hidden_dim,
        heads=vision.num_heads,
        mlp=getattr(vision, "mlp_dim", None) or vision.intermediate_dim,
        registers=getattr(vision, "num_register_tokens", 0),
        epsilon=getattr(vision, "layer_norm_epsilon", like.epsilon),
    )
    layers = [layer for layer in vision.layers if layer.weights]
    (embedding,) = (layer for layer in layers if "embedding" in layer.name)
    blocks, top = _blocks_and_top([layer for layer in layers if layer is not embedding])
    named = {weight.name: _array(weight) for weight in embedding.weights}
    prefix, positions = _tokens(named, shape)
    return Preset(
        shape,
        _three(getattr(converter, "scale", None)),
        _three(getattr(converter, "offset", None)),
        [named["kernel"], named.get("bias", np.zeros(shape.width, np.float32))],
        prefix,
        positions,
        getattr(vision, "antialias_in_interpolation", False),
        blocks,
        top,
    )


def _tokens(named: dict[str, np.ndarray], shape: Transformer) -> tuple[np.ndarray, np.ndarray]:
    """The prefix and the positions of a preset, as `Preset` has them.

    named: the weights of what makes tokens of pictures, which each family calls in its own way
    """

    def rows(*names: str) -> np.ndarray:
        found = [named[name].reshape(-1, shape.width) for name in names if name in named]
        return np.concatenate([np.zeros((0, shape.width), np.float32), *found])

    positions = rows("position_embeddings", "position_embedding", "embeddings")
    prefix = rows("class_token", "cls_token", "distillation_token") + positions[: shape.classes]
    positions = positions[shape.classes :]
    side = round(len(positions) ** 0.5)
    return (
        np.concatenate([prefix, rows("register_tokens")]),
        positions.reshape(side, side, shape.width),
    )


def _blocks_and_top(layers: list[keras.Layer]) -> tuple[list[list[np.ndarray]], list[np.ndarray]]:
    """The weights of each block, whether one layer holds all blocks or each stands alone, and of what is above."""
    blocks, top = [], []
    for layer in layers:
        inner = getattr(layer, "encoder_layers", None) or getattr(layer, "layers", None)
        if inner:
            blocks += map(_in_order, inner)
            held = {id(weight) for block in inner for weight in block.weights}
            top += [_array(weight) for weight in layer.weights if id(weight) not in held]
        elif "block" in layer.name:
            blocks.append(_in_order(layer))
        else:
            top += map(_array, layer.weights)
    return blocks, [weight.reshape(1, -1) if weight.shape[:2] == (1, 1) else weight for weight in top]  # a token alone


def _in_order(block: keras.Layer) -> list[np.ndarray]:
    """The weights of a block in the order in which they are used; SigLIP's block lists them in another."""
    parts = [block]
    if hasattr(block, "self_attn"):
        parts = [block.layer_norm1, block.self_attn, block.layer_norm2, block.mlp]
    return [_array(weight) for part in parts for weight in part.weights]


def _array(weight: keras.Variable) -> np.ndarray:
    return keras.ops.convert_to_numpy(weight)


def _three(value: float | Iterable[float] | None) -> np.ndarray | None:
    return None if value is None else np.broadcast_to(np.asarray(value, np.float64), 3)


def load(model: keras.Model, preset: Preset) -> None:
    """Copy the weights of a preset into a network of its shape, as from `vision_transformer.extend`.

    The positions are interpolated to the network's grid, as DINOv2's are (Oquab et al., 2023).

    Raises InputError where they do not fit.
    """
    side = model.get_layer(PATCH_GRID).output.shape[1]
    positions = preset.positions
    if len(positions) != side:
        positions = keras.ops.image.resize(positions[None], (side, side), "bicubic", antialias=preset.antialias)[0]
    parts = [preset.patches, [np.reshape(positions, (side * side, -1))]]
    parts += [[preset.prefix]] if preset.shape.prefix else []
    parts += [*preset.blocks, preset.top]
    values, weights = [value for part in parts for value in part], model.weights
    if [value.shape for value in values] != [tuple(weight.shape) for weight in weights]:
        raise InputError(f"the preset's weights are not those of {model.name}; it has layers that are not known here.")
    for weight, value in zip(weights, values, strict=True):
        weight.assign(value)
