"""Backbones: raw RGB in, pooled features out, and weights from where they are said to come from."""

from collections.abc import Callable

import keras
import numpy as np
import pytest

from tests.network.families import FAMILIES, SIZE, WIDTHS, classifier_on
from transfer.errors import InputError, NetworkError
from transfer.network import backbones, blocks, catalogue, precision
from transfer.network.inference.forward import compile_inference

PICTURES = np.random.default_rng(0).integers(0, 256, (2, SIZE, SIZE, 3)).astype(np.float32)


def preprocess_input(name: str) -> Callable:
    """What keras.applications does to pictures for that backbone."""
    factory = catalogue.BACKBONES[name].factory
    if factory.startswith("MobileNetV3"):  # whose networks their module does not name
        return keras.applications.mobilenet_v3.preprocess_input
    modules = [module for module in vars(keras.applications).values() if hasattr(module, factory)]
    return next(module for module in modules if hasattr(module, "preprocess_input")).preprocess_input


@pytest.mark.parametrize("name", FAMILIES)
def test_pooled_width(name):
    model = backbones.build(name, SIZE, "random")
    assert model.output.shape == (None, WIDTHS[name]) and model.input.shape == (None, SIZE, SIZE, 3)


def test_every_backbone_is_scaled_as_keras_scales_it():
    """EfficientNet-Lite and transformers are not of `keras.applications`: tests/network/weights tests their scaling."""
    picture = keras.Input((SIZE, SIZE, 3))
    names = [name for name, backbone in catalogue.BACKBONES.items() if backbone.factory and not backbone.transformer]
    scalings = {catalogue.BACKBONES[name].scaling for name in names}
    assert scalings == {"none", "tf", "torch", "caffe"}
    scaled = {scaling: keras.Model(picture, backbones.scale_pixels(picture, scaling)) for scaling in scalings}
    for name in names:
        expected = preprocess_input(name)(PICTURES.copy())
        found = scaled[catalogue.BACKBONES[name].scaling](PICTURES)
        np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-4, err_msg=name)


# One of each scaling, and of the families that scale pictures themselves.
SCALED = ["densenet121", "resnet50", "mobilenet_v3_small", "efficientnet_b0", "efficientnet_v2_b0", "convnext_tiny"]


@pytest.mark.parametrize("name", ["mobilenet", *(pytest.param(name, marks=pytest.mark.slow) for name in SCALED)])
def test_raw_rgb_gives_what_keras_gives_for_preprocessed_pictures(name):
    keras.utils.set_random_seed(0)
    model = backbones.build(name, SIZE, "random")
    factory = getattr(keras.applications, catalogue.BACKBONES[name].factory)
    bare = factory(include_top=False, pooling="avg", weights=None, input_shape=(SIZE, SIZE, 3))
    bare.set_weights(model.get_weights())
    for layer in bare.layers:
        if isinstance(layer, keras.layers.Normalization):
            layer.finalize_state()
    expected = bare(preprocess_input(name)(PICTURES.copy()), training=False)
    np.testing.assert_allclose(model(PICTURES, training=False), expected, rtol=1e-3, atol=1e-4)


@pytest.mark.slow
@pytest.mark.parametrize("kind", [".weights.h5", ".keras"])
def test_weights_from_a_file(tmp_path, kind):
    keras.utils.set_random_seed(1)
    model = backbones.build("efficientnet_lite0", 32, "random")
    path = tmp_path / f"mine{kind}"
    model.save_weights(path) if kind == ".weights.h5" else classifier_on(model).save(path)
    loaded = backbones.build("efficientnet_lite0", 32, str(path))
    assert backbones.weights_sha256(loaded) == backbones.weights_sha256(model)
    with pytest.raises(InputError, match=r"does not fit mobilenet"):
        backbones.build("mobilenet", 32, str(path))


def test_what_cannot_be_had_is_said(tmp_path, monkeypatch):
    with pytest.raises(InputError, match="'vgg99' is not known; choose one of efficientnet_lite0"):
        backbones.build("vgg99", SIZE, "imagenet")
    with pytest.raises(InputError, match=r"names .*nowhere\.h5, which is not there"):
        backbones.build("vgg16", SIZE, str(tmp_path / "nowhere.h5"))
    with pytest.raises(InputError, match=r"inception_v3 cannot be built for image\.size 64"):
        backbones.build("inception_v3", 64, "random")
    # No way out and an empty cache: one sentence that names what needs no download.
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    monkeypatch.setattr("keras.src.utils.file_utils.config.keras_home", lambda: str(tmp_path))
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    with pytest.raises(NetworkError, match="could not be fetched; .* efficientnet_lite0"):
        backbones.build("vgg16", SIZE, "imagenet")


@pytest.mark.slow
@pytest.mark.parametrize("name", ["efficientnet_lite0", "efficientnet_b0", "resnet50", "convnext_tiny"])
def test_a_network_drawn_anew_is_the_same_but_for_its_weights(name):
    model = backbones.build(name, 32, "imagenet" if name == "efficientnet_lite0" else "random")
    model.trainable = False
    drawn = []
    for seed in (1, 1, 2):
        keras.utils.set_random_seed(seed)
        drawn.append(backbones.reinitialise(model))
    first, again, other = drawn
    assert backbones.weights_sha256(first) == backbones.weights_sha256(again)
    for old, new, second in zip(model.layers, first.layers, other.layers, strict=True):
        assert old.name == new.name and type(old) is type(new)
        if isinstance(old, keras.layers.Normalization):
            pictures = np.float32([[[[0, 127, 255]]]])
            np.testing.assert_array_equal(new(pictures / 255), old(pictures / 255))
        elif isinstance(old, keras.layers.BatchNormalization):
            assert new.momentum == 0.9 and new.epsilon == old.epsilon and (new.moving_variance == 1).numpy().all()
        elif hasattr(old, "kernel"):
            for one, two in ((new, old), (new, second)):
                correlation = np.corrcoef(np.ravel(one.kernel), np.ravel(two.kernel))[0, 1]
                assert abs(correlation) < 6 / np.sqrt(np.size(one.kernel)), old.name
    assert len(first.trainable_weights) > 50 and all(layer.trainable for layer in first.layers)


SEVERAL = ["efficientnet_lite0", "mobilenet_v2_torch"]


def test_features_of_several_stand_side_by_side_and_survive_a_file(tmp_path):
    pictures = PICTURES[:, :64, :64]
    model = backbones.build(SEVERAL, 64, "imagenet")
    parts = [backbones.build(name, 64, "imagenet")(pictures) for name in SEVERAL]
    features = model(pictures, training=False)
    np.testing.assert_array_equal(features, np.hstack(parts))
    # Folded into convolutions, and in another precision and back, they are what they were.
    np.testing.assert_allclose(compile_inference(model)(pictures), features, atol=1e-3)
    precision.set_precision(model, "mixed_bfloat16")
    policies = {
        type(layer).__name__: layer.compute_dtype
        for part in model.layers[1:3]
        for layer in part.layers
        if layer.weights
    }
    assert policies["Conv2D"] == "bfloat16"
    pools = [layer for part in model.layers[1:3] for layer in part.layers if "Global" in type(layer).__name__]
    assert [pool.compute_dtype for pool in pools] == ["float32", "float32"]
    precision.set_precision(model, "float32")
    classifier = classifier_on(model)
    assert blocks.unfreeze(classifier, SEVERAL, "all") == [] == list(blocks.find_blocks(classifier, SEVERAL))
    assert [weight.path for weight in classifier.trainable_weights] == ["logit/kernel", "logit/bias"]
    model.save(tmp_path / "several.keras")
    np.testing.assert_array_equal(keras.saving.load_model(tmp_path / "several.keras")(pictures), features)


def test_of_several_each_has_to_be_there():
    with pytest.raises(InputError, match="'vgg99' is not known"):
        backbones.build(["efficientnet_lite0", "vgg99"], 64, "random")
