"""Presets of KerasHub, tiny and with weights drawn at random, of each family of vision transformers."""

import json
from pathlib import Path
from typing import Any

import numpy as np

SIZE, PATCH, BLOCKS, WIDTH, HEADS, MLP = 64, 16, 3, 24, 3, 48
FAMILIES = {  # a backbone of each family: the width of its features for tokens of WIDTH
    "dinov2_small": 2 * WIDTH,
    "dinov2_with_registers_small": 2 * WIDTH,
    "vit_base_patch16_224_imagenet": WIDTH,
    "deit_tiny_distilled_patch16_224_imagenet": 2 * WIDTH,
    "siglip_base_patch16_224": WIDTH,
}


def save(name: str, folder: Path, size: int = SIZE, scaling: bool = True) -> tuple[Any, Any]:
    """Write a preset of a backbone's family; returns KerasHub's network, and what scales pictures for it.

    size: of the pictures that it takes, pixels
    scaling: whether the preset says how pictures are scaled
    """
    import keras_hub

    network = _network(name, size)
    draws = np.random.default_rng(0)
    for weight in network.weights:
        if "int" not in weight.dtype:  # numbers of positions
            weight.assign(weight + draws.normal(0, 0.2, weight.shape))
    network.save_to_preset(folder)
    kind = type(network).__name__.replace("Backbone", "ImageConverter")
    converter = getattr(keras_hub.layers, kind)(scale=[1 / 50, 1 / 60, 1 / 70], offset=[-1.0, -2.0, -1.5])
    if scaling:
        converter.save_to_preset(folder)
    return type(network).from_preset(str(folder)), converter


def _network(name: str, size: int) -> Any:
    from keras_hub import models

    shape = {"patch_size": PATCH, "num_layers": BLOCKS, "hidden_dim": WIDTH, "num_heads": HEADS}
    picture = {"image_shape": (size, size, 3)}
    if name.startswith("dinov2"):
        registers = 2 if "registers" in name else 0
        positions = {"position_embedding_shape": (128, 128, 3)}  # so that they are interpolated
        return models.DINOV2Backbone(
            **shape, **picture, **positions, intermediate_dim=MLP, num_register_tokens=registers
        )
    if name.startswith("vit"):
        return models.ViTBackbone(**shape, **picture, mlp_dim=MLP)
    if name.startswith("deit"):
        return models.DeiTBackbone(**shape, **picture, intermediate_dim=MLP)
    words = {"vocabulary_size": 40, "embedding_dim": WIDTH, "num_layers": 1}
    return models.SigLIPBackbone(
        models.SigLIPVisionEncoder(**shape, **picture, intermediate_dim=MLP),
        models.SigLIPTextEncoder(**(without_patches(shape) | words), intermediate_dim=MLP),
    )


def without_patches(shape: dict) -> dict:
    return {key: value for key, value in shape.items() if key != "patch_size"}


def save_for_transformers(network: Any, folder: Path) -> None:
    """Write a DINOv2 of KerasHub as Hugging Face has it, in PyTorch's layout."""
    from safetensors.numpy import save_file

    tensors = {"embeddings.cls_token": network.embeddings.cls_token}
    tensors["embeddings.mask_token"] = network.embeddings.mask_token
    tensors["embeddings.position_embeddings"] = network.embeddings.position_embeddings
    projection = network.embeddings.patch_embeddings.projection
    tensors["embeddings.patch_embeddings.projection.weight"] = np.transpose(projection.kernel, (3, 2, 0, 1))
    tensors["embeddings.patch_embeddings.projection.bias"] = projection.bias
    for number, block in enumerate(network.encoder.layers):
        attention, name = block.attention.attention, f"encoder.layer.{number}"
        dense = {
            f"attention.attention.{part}": getattr(attention, f"{part}_dense") for part in ("query", "key", "value")
        }
        dense |= {"attention.output.dense": attention.output_dense, "mlp.fc1": block.mlp.fc1, "mlp.fc2": block.mlp.fc2}
        for part, layer in dense.items():
            tensors[f"{name}.{part}.weight"] = np.reshape(layer.kernel, (-1, np.prod(layer.bias.shape))).T
            tensors[f"{name}.{part}.bias"] = np.ravel(layer.bias)
        for part, norm in {"norm1": block.norm1, "norm2": block.norm2}.items():
            tensors |= {f"{name}.{part}.weight": norm.gamma, f"{name}.{part}.bias": norm.beta}
        for part, scale in {"layer_scale1": block.layer_scale1, "layer_scale2": block.layer_scale2}.items():
            tensors[f"{name}.{part}.lambda1"] = scale.lambda1
    tensors |= {"layernorm.weight": network.layernorm.gamma, "layernorm.bias": network.layernorm.beta}
    arrays = {name: np.ascontiguousarray(np.asarray(tensor)) for name, tensor in tensors.items()}
    folder.mkdir()
    save_file(arrays, folder / "model.safetensors", metadata={"format": "pt"})
    config = {
        "model_type": "dinov2",
        "image_size": network.position_embedding_shape[0],
        "patch_size": network.patch_size,
        "num_hidden_layers": network.num_layers,
        "hidden_size": network.hidden_dim,
        "num_attention_heads": network.num_heads,
        "mlp_ratio": network.intermediate_dim / network.hidden_dim,
        "layerscale_value": 1.0,
        "use_swiglu_ffn": False,
        "hidden_dropout_prob": 0.0,
        "drop_path_rate": 0.0,
    }
    (folder / "config.json").write_text(json.dumps(config))


def pooled(name: str, network: Any, scaled: Any) -> np.ndarray:
    """What KerasHub's own network says of scaled pictures, pooled as is meant: float32 (n, `FAMILIES[name]`)."""
    if name.startswith("siglip"):
        return np.array(network.vision_encoder({"images": scaled}))
    tokens = np.array(network(scaled))
    if name.startswith("vit"):
        return tokens[:, 0]
    if name.startswith("deit"):
        return np.concatenate([tokens[:, 0], tokens[:, 1]], axis=1)
    patches = tokens[:, 1 + network.num_register_tokens :]
    return np.concatenate([tokens[:, 0], patches.mean(axis=1)], axis=1)
