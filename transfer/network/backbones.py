"""Backbones: networks pre-trained on ImageNet, without their top, from raw RGB to one pooled feature row a picture."""

import hashlib
from pathlib import Path
from zipfile import BadZipFile

import keras
import numpy as np

from transfer.errors import InputError, NetworkError
from transfer.network.catalogue import (
    CAFFE_MEAN_BGR,
    IMAGENET_MEAN,
    IMAGENET_STD,
    OFFLINE,
    find_backbone,
    require_patches,
)
from transfer.network.side_by_side import join
from transfer.network.vision_transformer import extend
from transfer.network.weights import efficientnet_lite, hub, mobilenet_v2


def build(name: str | list[str], size: int, weights: str) -> keras.Model:
    """Build a backbone for square pictures.

    It takes RGB in [0, 255], float32 (n, size, size, 3), which it scales itself, and gives pooled features, float32
    (n, width).

    name: see `catalogue.BACKBONES`; or several of them, whose features are put side by side
    size: of the pictures, pixels
    weights: "imagenet", those that were published; "random", drawn from Keras' global seed; the path of a weights or
        model file; or a preset of KerasHub, see `hub.read_preset`
    Raises InputError for an unknown name, a size that does not suit, or a file that does not fit, and NetworkError
    where weights have to be fetched and cannot be.
    """
    picture = keras.Input((size, size, 3), name="picture")
    if not isinstance(name, str):
        return join(picture, [build(one, size, weights) for one in name])
    backbone = find_backbone(name)
    if backbone.transformer:
        return _build_transformer(name, picture, weights)
    arguments = {"include_top": False, "pooling": "avg", "input_tensor": scale_pixels(picture, backbone.scaling)}
    try:
        if name == mobilenet_v2.NAME:
            model = mobilenet_v2.build(arguments["input_tensor"])
            if weights == "imagenet":
                mobilenet_v2.load_imagenet(model)
        elif not backbone.factory:
            model = efficientnet_lite.build(name, **arguments)
            if weights == "imagenet":
                efficientnet_lite.load_imagenet(model, name)
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
            f"or choose a backbone that needs no download: {', '.join(OFFLINE)}."
        ) from None
    if weights not in ("imagenet", "random"):
        load_file(model, Path(weights).expanduser())
    if weights != "imagenet" and backbone.factory.startswith("EfficientNetB"):
        # Keras scales the input of this family in another way when it does not load its own weights.
        efficientnet_lite.set_normalization(model, IMAGENET_MEAN, IMAGENET_STD**2)
    return keras.Model(picture, model.output, name=name)


def _build_transformer(name: str, picture: keras.KerasTensor, weights: str) -> keras.Model:
    """See `build`; a preset's shape may be another than that of the backbone's name."""
    backbone, size = find_backbone(name), picture.shape[1]
    preset = hub.read_preset(name, backbone, weights) if hub.is_preset(weights) else None
    shape = preset.shape if preset else backbone.transformer
    require_patches(name, shape, size)
    if preset and preset.scale is not None:
        offset = 0.0 if preset.offset is None else preset.offset
        scaled = keras.layers.Rescaling(preset.scale, offset, name="scale")(picture)
    else:
        scaled = scale_pixels(picture, backbone.scaling)
    model = keras.Model(picture, extend(scaled, shape), name=name)
    if preset:
        hub.load(model, preset)
    elif weights != "random":
        load_file(model, Path(weights).expanduser())
    return model


def scale_pixels(picture: keras.KerasTensor, scaling: str) -> keras.KerasTensor:
    """Scale raw RGB as the `preprocess_input` of the network's family does, so that an exported model takes raw RGB.

    picture: symbolic, RGB in [0, 255] (n, size, size, 3)
    scaling: "tf", "torch", "caffe" or "none", see `catalogue.Backbone`
    """
    if scaling == "tf":  # to [-1, 1]
        return keras.layers.Rescaling(1 / 127.5, -1.0, name="scale")(picture)
    if scaling == "torch":
        return keras.layers.Rescaling(1 / (255 * IMAGENET_STD), -IMAGENET_MEAN / IMAGENET_STD, name="scale")(picture)
    if scaling == "caffe":
        flipped = keras.ops.flip(picture, axis=-1)
        return keras.layers.Rescaling(1.0, -CAFFE_MEAN_BGR, name="scale")(flipped)
    return picture


def load_file(model: keras.Model, path: Path) -> None:
    """Load a backbone's weights from a file.

    The layers of a `.keras` model, say one that this workflow fine-tuned, are matched by their order, since names that
    Keras makes up depend on what else a process built; layers above the backbone are left out.

    path: `.weights.h5` or `.h5` of the same network, or a `.keras` model that begins with it
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


def reinitialise(backbone: keras.Model) -> keras.Model:
    """The same network with new weights, all trainable, drawn by each layer's own initializer from Keras' global seed.

    The layers that scale the input stay as they are, since Keras scales it differently in a network built without
    weights. Batch normalisation follows its batches ten times as fast as in Keras' factories, whose momentum of 0.99 is
    meant for many thousands of steps: until then a network would be validated with statistics that are not its own.
    """
    fresh = keras.models.clone_model(backbone)
    for old, new in zip(backbone.layers, fresh.layers, strict=True):
        new.trainable = True
        if isinstance(new, keras.layers.Normalization) and old.weights:  # not where its statistics are settings
            efficientnet_lite.set_normalization(fresh, old.adapt_mean, old.adapt_variance)
        elif isinstance(new, keras.layers.BatchNormalization):
            new.momentum = 0.9
    return fresh


def weights_sha256(model: keras.Model) -> str:
    """A sha256 over all weights, hexadecimal: the same for the same weights, wherever they came from."""
    sha256 = hashlib.sha256()
    for weight in model.weights:
        sha256.update(np.ascontiguousarray(keras.ops.convert_to_numpy(weight)).tobytes())
    return sha256.hexdigest()
