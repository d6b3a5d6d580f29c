"""Vision transformers: the function is KerasHub's own, whatever preset the weights come from."""

import argparse
import importlib.util
import re

import numpy as np
import pytest

from tests.network import presets
from tests.network.presets import FAMILIES, PATCH, SIZE
from transfer.commands import check
from transfer.errors import InputError, NetworkError
from transfer.network import backbones
from transfer.network.catalogue import BACKBONES

keras_hub = pytest.importorskip("keras_hub", reason="KerasHub needs Python 3.11")
PICTURES = np.random.default_rng(1).integers(0, 256, (3, SIZE, SIZE, 3)).astype(np.float32)


@pytest.mark.parametrize("name", FAMILIES)
def test_raw_pictures_give_what_kerashub_gives_for_scaled_ones(name, tmp_path):
    network, converter = presets.save(name, tmp_path / "preset")
    model = backbones.build(name, SIZE, str(tmp_path / "preset"))
    assert model.output.shape == (None, FAMILIES[name])
    expected = presets.pooled(name, network, converter(PICTURES))
    np.testing.assert_allclose(model(PICTURES), expected, rtol=1e-4, atol=1e-5)
    again = backbones.build(name, SIZE, str(tmp_path / "preset"))
    assert backbones.weights_sha256(again) == backbones.weights_sha256(model)


@pytest.mark.parametrize("name", ["dinov2_small", "dinov2_with_registers_small"])
def test_positions_are_interpolated_as_kerashub_does_it(name, tmp_path):
    _, converter = presets.save(name, tmp_path / "preset")
    small = PICTURES[:, : 3 * PATCH, : 3 * PATCH]
    network = keras_hub.models.DINOV2Backbone.from_preset(str(tmp_path / "preset"), image_shape=small.shape[1:])
    expected = presets.pooled(name, network, converter(small))
    np.testing.assert_allclose(
        backbones.build(name, 3 * PATCH, str(tmp_path / "preset"))(small), expected, rtol=1e-4, atol=1e-5
    )


def test_a_network_that_has_one_size_takes_another(tmp_path):
    name = "vit_base_patch16_224_imagenet"
    presets.save(name, tmp_path / "preset")
    native, larger = (backbones.build(name, size, str(tmp_path / "preset")) for size in (SIZE, 2 * SIZE))
    few, many = (model.get_layer("positions").positions.numpy() for model in (native, larger))
    few, many = few.reshape(4, 4, -1), many.reshape(8, 8, -1)
    assert np.corrcoef(many.reshape(4, 2, 4, 2, -1).mean(axis=(1, 3)).ravel(), few.ravel())[0, 1] > 0.9
    others = [[weight for weight in model.weights if "positions" not in weight.path] for model in (native, larger)]
    for one, other in zip(*others, strict=True):
        np.testing.assert_array_equal(one, other)


def test_where_a_preset_says_nothing_of_scaling_it_is_the_familys(tmp_path):
    for name, scaling in {"dinov2_small": "torch", "vit_base_patch16_224_imagenet": "tf"}.items():
        network, _ = presets.save(name, tmp_path / name, scaling=False)
        picture = backbones.keras.Input((SIZE, SIZE, 3))
        scaled = backbones.keras.Model(picture, backbones.scale_pixels(picture, scaling))(PICTURES)
        expected = presets.pooled(name, network, scaled)
        model = backbones.build(name, SIZE, str(tmp_path / name))
        np.testing.assert_allclose(model(PICTURES), expected, rtol=1e-4, atol=1e-5)


def test_a_preset_as_hugging_face_has_it(tmp_path):
    network, _ = presets.save("dinov2_small", tmp_path / "preset", scaling=False)
    presets.save_for_transformers(network, tmp_path / "huggingface")
    one, other = (backbones.build("dinov2_small", SIZE, str(tmp_path / name)) for name in ("preset", "huggingface"))
    assert backbones.weights_sha256(one) == backbones.weights_sha256(other)
    np.testing.assert_array_equal(one(PICTURES), other(PICTURES))


@pytest.mark.parametrize(
    "name",
    [name for name, backbone in BACKBONES.items() if backbone.transformer and not name.startswith("siglip")],
)
def test_the_catalogue_has_the_shape_of_the_published_preset(name):
    """By its number of weights; SigLIP's presets have a network for words too, and count both."""
    backbone, shape = BACKBONES[name], BACKBONES[name].transformer
    width, positions = shape.width, (backbone.size // shape.patch) ** 2 + shape.classes
    stem = (3 * shape.patch**2 + 1 + positions + shape.prefix) * width
    block = 4 * width**2 + 2 * width * shape.mlp + shape.mlp + 9 * width + 2 * width * shape.layer_scale
    of_training = (positions + 1) * width if name.startswith("dinov2") else 0  # a mask token, and positions to keep
    published = getattr(keras_hub.models, backbone.factory).presets[name]["metadata"]["params"]
    assert stem + shape.blocks * block + 2 * width + of_training == published


def test_every_siglip_is_a_preset():
    names = {name for name in BACKBONES if name.startswith("siglip")}
    assert len(names) >= 6 and names <= keras_hub.models.SigLIPBackbone.presets.keys()


def test_what_is_no_preset_of_the_family_is_said(tmp_path):
    presets.save("vit_base_patch16_224_imagenet", tmp_path / "vit")
    with pytest.raises(InputError, match=r"backbone\.weights .*vit is no preset that fits dinov2_small: Saved preset"):
        backbones.build("dinov2_small", SIZE, str(tmp_path / "vit"))
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match=r"empty is no preset that fits dinov2_small: .*config\.json"):
        backbones.build("dinov2_small", SIZE, str(tmp_path / "empty"))
    with pytest.raises(InputError, match=r"takes pictures of a multiple of 16 pixels; image\.size is 70"):
        backbones.build("vit_base_patch16_224_imagenet", 70, str(tmp_path / "vit"))
    with pytest.raises(InputError, match=r"names .*nowhere, which is not there"):
        backbones.build("vit_base_patch16_224_imagenet", SIZE, str(tmp_path / "nowhere"))


def test_a_network_of_the_family_with_other_layers_is_refused(tmp_path):
    shape = {"patch_size": 16, "num_layers": 1, "hidden_dim": 8, "num_heads": 1, "image_shape": (SIZE, SIZE, 3)}
    gated = keras_hub.models.DINOV2Backbone(**shape, intermediate_dim=8, use_swiglu_ffn=True)
    classless = keras_hub.models.ViTBackbone(**shape, mlp_dim=8, use_class_token=False)
    fewer = keras_hub.models.ViTBackbone(**shape, mlp_dim=8, use_mlp_bias=False)
    for name, network, said in (
        ("dinov2_small", gated, "is no preset that fits dinov2_small: it has gated perceptrons"),
        ("vit_base_patch16_224_imagenet", classless, "is no preset that fits vit_base_patch16_224_imagenet: "),
        ("vit_base_patch16_224_imagenet", fewer, "it has layers that are not known here"),
    ):
        network.save_to_preset(tmp_path)
        with pytest.raises(InputError, match=said):
            backbones.build(name, SIZE, str(tmp_path))


@pytest.mark.parametrize(
    "weights",
    [
        "imagenet",
        "kaggle://owner/name/keras/one",
        pytest.param("hf://owner/name", marks=pytest.mark.slow),  # which tries for long
    ],
)
def test_what_cannot_be_fetched_is_said(weights, tmp_path, monkeypatch):
    for variable in ("https_proxy", "HTTPS_PROXY", "http_proxy", "HTTP_PROXY"):
        monkeypatch.setenv(variable, "http://127.0.0.1:9")
    monkeypatch.setenv("KAGGLEHUB_CACHE", str(tmp_path))
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(NetworkError, match=r"the preset of dinov2_small could not be fetched \(.*go online once"):
        backbones.build("dinov2_small", SIZE, weights)


def test_without_kerashub_the_extra_is_named(monkeypatch, project):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    said = "dinov2_small needs KerasHub; `make env EXTRAS=hub` installs it, for Python 3.11 or newer."
    with pytest.raises(InputError, match=re.escape(said)):
        backbones.build("dinov2_small", SIZE, "imagenet")
    monkeypatch.chdir(project.folder)
    given = argparse.Namespace()
    for change in (
        {"backbone.name": "dinov2_small", "backbone.weights": "imagenet", "finetune.unfreeze": "all"},
        {"backbone.name": "efficientnet_lite0", "candidates": ["dinov2_small"]},
    ):
        project.set(**{"image.size": 112} | change)
        with pytest.raises(InputError, match=re.escape(said)):
            check.main(given)
    project.set(candidates=["efficientnet_lite1"])
    check.main(given)
