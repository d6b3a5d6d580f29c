"""Backbones: networks pre-trained on ImageNet, without their top, from raw RGB to one pooled feature row a picture."""

import hashlib
import math
import re
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

import keras
import numpy as np

from stages.errors import InputError, NetworkError
from stages.network import lite

IMAGENET_MEAN, IMAGENET_STD = np.array([0.485, 0.456, 0.406]), np.array([0.229, 0.224, 0.225])
CAFFE_MEAN_BGR = np.array([103.939, 116.779, 123.68])


@dataclass(frozen=True)
class Backbone:
    """What there is to know of one backbone before it is built.

    factory: its name in keras.applications, or "" for EfficientNet-Lite
    size: the square picture size it was trained on, in pixels
    scaling: what its own `preprocess_input` does to RGB in [0, 255]; "none" where the network does it itself
    block: a pattern whose first group tells the block of a layer by the layer's name
    ends: whether the matching layers end their block (Inception's `mixed3`) rather than being all over it
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

# Of keras.applications all classifiers with ImageNet weights but NASNet, whose cells each feed the next two: it has no
# block below which a single tensor is all there is.
BACKBONES = {
    **{name: Backbone("", size, **_EFFICIENTNET) for name, (_, _, size) in lite.VARIANTS.items()},
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


def find(name: str) -> Backbone:
    """The backbone of that name; raises InputError that lists the names there are."""
    if name not in BACKBONES:
        raise InputError(f"backbone.name {name!r} is not known; choose one of {', '.join(BACKBONES)}.")
    return BACKBONES[name]


def build(name: str, size: int, weights: str) -> keras.Model:
    """Build a backbone for square pictures of `size` pixels.

    Takes RGB in [0, 255], float32 (n, size, size, 3), and scales it itself; gives pooled features, float32 (n, width).

    weights: "imagenet"; "random", drawn from Keras' global seed; or the path of a weights or model file.
    Raises InputError for an unknown name, a size too small, or a file that does not fit, and NetworkError where the
    ImageNet weights have to be fetched and cannot be.
    """
    backbone = find(name)
    picture = keras.Input((size, size, 3), name="picture")
    arguments = {"include_top": False, "pooling": "avg", "input_tensor": _scale(picture, backbone.scaling)}
    try:
        if not backbone.factory:
            model = lite.build(name, **arguments)
            if weights == "imagenet":
                lite.load_imagenet(model, name)
        else:
            factory = getattr(keras.applications, backbone.factory)
            model = factory(weights="imagenet" if weights == "imagenet" else None, **arguments)
    except ValueError as error:
        raise InputError(f"{name} cannot be built for image.size {size}: {error}") from None
    except Exception as error:
        # Keras raises a bare Exception when a download fails.
        if "fetch failure" not in str(error).lower():
            raise
        raise NetworkError(
            f"the ImageNet weights of {name} could not be fetched; go online once, name a file in backbone.weights, "
            f"or choose a backbone that needs no download: {', '.join(lite.VARIANTS)}."
        ) from None
    if weights not in ("imagenet", "random"):
        load_file(model, Path(weights))
    if weights != "imagenet" and backbone.factory.startswith("EfficientNetB"):
        # Keras scales the input of this family in another way when it does not load its own weights.
        lite.set_normalization(model, IMAGENET_MEAN, IMAGENET_STD**2)
    return keras.Model(picture, model.output, name=name)


def _scale(picture, scaling: str):
    """What the `preprocess_input` of the network's family does, as layers: an exported model takes raw RGB."""
    if scaling == "tf":  # to [-1, 1]
        return keras.layers.Rescaling(1 / 127.5, -1.0, name="scale")(picture)
    if scaling == "torch":
        return keras.layers.Rescaling(1 / (255 * IMAGENET_STD), -IMAGENET_MEAN / IMAGENET_STD, name="scale")(picture)
    if scaling == "caffe":
        flipped = keras.ops.flip(picture, axis=-1)
        return keras.layers.Rescaling(1.0, -CAFFE_MEAN_BGR, name="scale")(flipped)
    return picture


def load_file(model: keras.Model, path: Path) -> None:
    """Load the backbone's weights from `path`: `.weights.h5` or `.h5` of the same network, or a `.keras` model.

    Of a `.keras` model, say one that this workflow fine-tuned, the layers are taken in their order, as many as are
    here: names that Keras makes up depend on what else a process built.
    Raises InputError if the file is missing or does not fit.
    """
    if not path.is_file():
        raise InputError(f"backbone.weights names {path}, which is not there; use imagenet, random, or a file.")
    try:
        if path.suffix == ".keras":
            source = iter([layer for layer in keras.saving.load_model(path, compile=False).layers if layer.weights])
            for layer in model.layers:
                if layer.weights:
                    layer.set_weights(next(source).get_weights())
        else:
            model.load_weights(path)
    except (ValueError, OSError, KeyError, StopIteration, BadZipFile) as error:
        reason = str(error).strip().split("\n")[0].split(". ")[0] or "it has fewer layers"
        raise InputError(f"backbone.weights {path} does not fit {model.name}: {reason}.") from None


def draw_anew(backbone: keras.Model) -> keras.Model:
    """The same network, its weights drawn by each layer's own initializer from Keras' global seed, all trainable.

    What scales the input stays as it is: Keras scales it otherwise where it builds a network without weights.
    Batch normalization follows its batches ten times as fast as in the factories, whose momentum of 0.99 is meant for
    many thousands of steps: until then a network would be validated with statistics that are not its own.
    """
    fresh = keras.models.clone_model(backbone)
    for old, new in zip(backbone.layers, fresh.layers, strict=True):
        new.trainable = True
        if isinstance(new, keras.layers.Normalization) and old.weights:  # not where its statistics are settings
            lite.set_normalization(fresh, old.adapt_mean, old.adapt_variance)
        elif isinstance(new, keras.layers.BatchNormalization):
            new.momentum = 0.9
    return fresh


def blocks(model: keras.Model, name: str) -> dict[str, int]:
    """The blocks of a backbone, or of a classifier on it, bottom first: block to index of its first layer.

    Blocks are called as in the layers' names, `block7` where those have a number alone. What comes before the first
    block (the stem) belongs to it, what comes after the last to the last, or is `top` where names end their blocks.
    """
    backbone, first, start = find(name), {}, 0
    for index, layer in enumerate(model.layers):
        match = re.search(backbone.block, layer.name)
        if not match:
            continue
        block = f"block{match[1]}" if match[1].isdigit() else match[1]
        if block not in first:
            first[block] = (start if backbone.ends else index) if first else 0
        start = index + 1
    if backbone.ends and any(layer.weights for layer in model.layers[start:] if layer.name != "logit"):
        first["top"] = start
    return first


def unfreeze(classifier: keras.Model, name: str, what: str | float) -> list[str]:
    """Make the head and the top of the backbone trainable and all else frozen, BatchNormalization throughout.

    classifier: as made by `classifier.assemble`, on the backbone `name`
    what: a block: it and all above; "all"; "none": the head alone; or a share of the blocks in [0, 1], from the top.
    Returns the names of the unfrozen blocks, bottom first. Raises InputError for a block that is not there.
    """
    found = blocks(classifier, name)
    names = list(found)
    if what in ("all", "none"):
        what = float(what == "all")
    if not isinstance(what, str):
        what = len(names) - math.ceil(round(what * len(names), 9))
    elif what in names:
        what = names.index(what)
    else:
        raise InputError(f"finetune.unfreeze {what!r} is no block of {name}; choose all, none, or {', '.join(names)}.")
    head = [layer.name for layer in classifier.layers].index("logit")
    cut = found[names[what]] if what < len(names) else head
    for index, layer in enumerate(classifier.layers):
        # training=False in the call does not keep the moving statistics from changing; this does.
        layer.trainable = index >= cut and not isinstance(layer, keras.layers.BatchNormalization)
    return names[what:]


def digest(model: keras.Model) -> str:
    """A sha256 over all weights, hexadecimal: the same weights give the same digest wherever they came from."""
    sha256 = hashlib.sha256()
    for weight in model.weights:
        sha256.update(np.ascontiguousarray(keras.ops.convert_to_numpy(weight)).tobytes())
    return sha256.hexdigest()
