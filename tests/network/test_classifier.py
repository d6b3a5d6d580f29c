"""The model file: plain Keras reads it, raw RGB goes in, P comes out, and its bytes depend on the model alone."""

import keras
import numpy as np
import pytest

from tests.network import small
from transfer.classes import Classes
from transfer.errors import InputError
from transfer.network import backbones
from transfer.network.classifier import assemble, logits_of, mirror_averaged
from transfer.network.model_file import load_model, read_classes, save_model

SIZE = 32


@pytest.fixture(scope="module", params=["small", pytest.param("mobilenet_v3_small", marks=pytest.mark.slow)])
def parts(request):
    keras.utils.set_random_seed(2)
    if request.param == "small":
        whole = small.in_blocks()
        backbone = keras.Model(whole.input, whole.get_layer("pool").output)
    else:  # with what is no layer: additions and multiplications
        backbone = backbones.build(request.param, SIZE, "random")
        for weight in backbone.weights:
            if weight.name == "moving_variance":  # or what a small picture shows would fade from block to block
                weight.assign(np.full(weight.shape, 0.08))
    kernel = np.random.default_rng(0).normal(0, 0.01, (backbone.output.shape[1], 1)).astype(np.float32)
    return backbone, kernel, np.float32([0.25])


def test_it_is_the_head_on_the_features(parts):
    backbone, kernel, bias = parts
    pictures = np.random.default_rng(1).integers(0, 256, (3, SIZE, SIZE, 3)).astype(np.float32)
    classifier = assemble(backbone, kernel, bias)
    logits = backbone.predict(pictures, verbose=0) @ kernel + bias
    np.testing.assert_allclose(logits_of(classifier).predict(pictures, verbose=0), logits, rtol=1e-4, atol=1e-4)
    np.testing.assert_allclose(classifier.predict(pictures, verbose=0), 1 / (1 + np.exp(-logits)), atol=1e-4)


def test_mirrored_takes_the_mean_of_both_logits(parts, tmp_path):
    classifier = assemble(*parts)
    pictures = np.random.default_rng(1).integers(0, 256, (2, SIZE, SIZE, 3)).astype(np.float32)
    one, other = (logits_of(classifier)(views).numpy() for views in (pictures, pictures[:, :, ::-1]))
    assert not np.allclose(one, other)
    both = mirror_averaged(classifier)
    np.testing.assert_allclose(both(pictures), 1 / (1 + np.exp(-(one + other) / 2)), atol=1e-4)
    np.testing.assert_allclose(both(pictures), both(pictures[:, :, ::-1]), atol=1e-5)
    save_model(both, tmp_path / "both.keras")
    np.testing.assert_allclose(load_model(tmp_path / "both.keras")(pictures), both(pictures), atol=1e-6)


def test_plain_keras_loads_it_and_its_bytes_are_stable(parts, tmp_path):
    classifier = assemble(*parts)
    save_model(classifier, tmp_path / "a.keras")
    loaded = keras.saving.load_model(tmp_path / "a.keras")
    pictures = np.random.default_rng(1).integers(0, 256, (2, SIZE, SIZE, 3)).astype(np.float32)
    assert np.array_equal(loaded.predict(pictures, verbose=0), classifier.predict(pictures, verbose=0))
    save_model(classifier, tmp_path / "b.keras")
    assert (tmp_path / "a.keras").read_bytes() == (tmp_path / "b.keras").read_bytes()


@pytest.mark.parametrize(
    "names, positive",
    [
        (("Gatos", "perros, ¿o no?"), "perros, ¿o no?"),
        (("cats", "dogs"), None),
        (("no", "null", "yes"), None),
    ],
)
def test_the_file_names_its_classes(tmp_path, names, positive):
    """Also when it was loaded and saved again, and nothing but a model of this workflow does."""
    classes = Classes(names, positive)
    picture = keras.Input((8, 8, 3))
    model = assemble(keras.Model(picture, keras.layers.GlobalAveragePooling2D()(picture)), np.ones((3, 1)), np.zeros(1))
    save_model(model, tmp_path / "a.keras", classes)
    assert read_classes(tmp_path / "a.keras") == classes
    save_model(load_model(tmp_path / "a.keras"), tmp_path / "b.keras", classes)
    assert (tmp_path / "a.keras").read_bytes() == (tmp_path / "b.keras").read_bytes()
    model.save(tmp_path / "plain.keras")
    (tmp_path / "broken.keras").write_bytes(b"PK")
    for name in ("plain", "broken", "nowhere"):
        with pytest.raises(InputError, match=rf"{name}\.keras names no classes"):
            read_classes(tmp_path / f"{name}.keras")


@pytest.mark.parametrize("content", [None, b"", b"PK\x03\x04 cut", b"<html>"])
def test_a_model_that_cannot_be_read_is_said(tmp_path, content):
    path = tmp_path / "model.keras"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError, match=r"model\.keras is not a model that can be read .*`dvc repro` or `dvc pull`"):
        load_model(path)
