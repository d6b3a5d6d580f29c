"""The backbones by name, and what has to be known about each before it is built."""

from dataclasses import dataclass

import numpy as np

from transfer.errors import InputError

IMAGENET_MEAN, IMAGENET_STD = np.array([0.485, 0.456, 0.406]), np.array([0.229, 0.224, 0.225])
CAFFE_MEAN_BGR = np.array([103.939, 116.779, 123.68])


@dataclass(frozen=True)
class Backbone:
    """One backbone.

    factory: its name in keras.applications, or "" for EfficientNet-Lite
    size: of the square pictures that it was trained on, pixels
    scaling: how its `preprocess_input` scales RGB in [0, 255]: "tf", to [-1, 1]; "torch", by ImageNet's mean and
        deviation; "caffe", to BGR less its mean; or "none" where the network scales pictures itself
    block: a pattern for the names of layers, whose first group is the name of the layer's block
    ends: whether only the last layer of a block has such a name (Inception's `mixed3`)
    """

    factory: str
    size: int
    scaling: str = "none"
    block: str = ""
    ends: bool = False


_EFFICIENTNET = {"block": r"^(block\d+|top)"}
_RESNET = {"scaling": "caffe", "block": r"^(conv\d+)_"}
_RESNET_V2 = {"scaling": "tf", "block": r"^(conv\d+)_"}
_DENSENET = {"scaling": "torch", "block": r"^(conv\d+)_"}
_VGG = {"scaling": "caffe", "block": r"^(block\d+)_"}
_CONVNEXT = {"block": r"_(stage_\d+)_"}

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
}

OFFLINE = [name for name, backbone in BACKBONES.items() if not backbone.factory]  # with weights in a Python package


def find_backbone(name: str) -> Backbone:
    """The backbone of that name; raises InputError, which lists all names, if there is none."""
    if name not in BACKBONES:
        raise InputError(f"backbone.name {name!r} is not known; choose one of {', '.join(BACKBONES)}.")
    return BACKBONES[name]
