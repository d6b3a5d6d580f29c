"""Backbones: raw RGB in, pooled features out, and blocks that unfreeze as they say."""

import re

import keras
import numpy as np
import pytest

from tests.wiring import ROOT
from transfer.errors import InputError, NetworkError
from transfer.network import backbones, blocks, catalogue
from transfer.network.classifier import assemble

SIZE = 96
# One of each family, and the width of its features.
WIDTHS = {
    "efficientnet_lite0": 1280,
    "xception": 2048,
    "vgg16": 512,
    "resnet50": 2048,
    "resnet50_v2": 2048,
    "inception_v3": 2048,
    "inception_resnet_v2": 1536,
    "mobilenet": 1024,
    "mobilenet_v2": 1280,
    "mobilenet_v3_small": 576,
    "densenet121": 1024,
    "efficientnet_b0": 1280,
    "efficientnet_v2_b0": 1280,
    "convnext_tiny": 768,
}
# Where keras.applications keeps the `preprocess_input` of a network, if not under the network's own name.
MODULES = {"resnet50_v2": "resnet_v2", "mobilenet_v3_small": "mobilenet_v3", "densenet121": "densenet"}
MODULES |= {"efficientnet_b0": "efficientnet", "efficientnet_v2_b0": "efficientnet_v2", "convnext_tiny": "convnext"}
PICTURES = np.random.default_rng(0).integers(0, 256, (2, SIZE, SIZE, 3)).astype(np.float32)


@pytest.fixture(scope="module", params=WIDTHS)
def named(request):
    keras.utils.set_random_seed(0)
    return request.param, backbones.build(request.param, SIZE, "random")


def classifier_on(model):
    width = model.output.shape[1]
    return assemble(model, np.zeros(width), np.zeros(()))


def documented(name: str) -> dict:
    """What docs/backbones.md says of a backbone: its native size, and the blocks that are named."""
    table = (ROOT / "docs/backbones.md").read_text().split("<!-- backbones -->")[1].split("\n\n")[0]
    for row in table.splitlines()[3:]:
        named, sizes, blocks = row.strip("| ").split(" | ")
        names = re.findall(r"`(\w+)`", named)
        if "..." in named:
            names = [f"{names[0][:-1]}{number}" for number in range(int(names[0][-1]), int(names[1][-1]) + 1)]
        if name in names:
            sizes = [int(size) for size in sizes.split(", ")]
            size = sizes[names.index(name)] if len(sizes) > 1 else sizes[0]
            return {"size": size, "blocks": set(re.findall(r"`(\w+)`", blocks))}
    raise LookupError(name)


def test_the_documents_have_every_backbone_and_its_size():
    for name, backbone in catalogue.BACKBONES.items():
        assert documented(name)["size"] == backbone.size, name


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(catalogue.BACKBONES.keys() - WIDTHS.keys()))
def test_every_other_backbone_builds_and_has_its_blocks(name):
    model = backbones.build(name, SIZE, "random")
    found = blocks.find_blocks(model, name)
    assert documented(name)["blocks"] >= {min(found, key=found.get), max(found, key=found.get)}
    first = list(found.values())
    assert len(first) >= 3 and first == sorted(set(first)) and first[0] == 0
    assert all(entries(model, start) == 1 for start in first[1:])


def entries(model, start: int) -> int:
    """Through how many tensors what is below layer `start` reaches what is above: 1 is a clean cut."""
    below = {layer.name for layer in model.layers[:start]}
    histories = (
        tensor._keras_history
        for layer in model.layers[start:]
        for node in layer._inbound_nodes
        for tensor in node.input_tensors
    )
    return len({history.operation.name for history in histories if history.operation.name in below})


def test_pooled_width(named):
    name, model = named
    assert model.output.shape == (None, WIDTHS[name]) and model.input.shape == (None, SIZE, SIZE, 3)


def test_raw_rgb_goes_through_its_own_preprocess_input(named):
    name, model = named
    factory = catalogue.BACKBONES[name].factory
    if not factory:
        return  # EfficientNet-Lite has none; tests/network/test_lite.py tests its scaling
    bare = getattr(keras.applications, factory)(
        include_top=False, pooling="avg", weights=None, input_shape=(SIZE, SIZE, 3)
    )
    bare.set_weights(model.get_weights())
    for layer in bare.layers:
        if isinstance(layer, keras.layers.Normalization):
            layer.finalize_state()
    preprocess = getattr(keras.applications, MODULES.get(name, name)).preprocess_input
    expected = bare.predict(preprocess(PICTURES.copy()), verbose=0)
    np.testing.assert_allclose(model.predict(PICTURES, verbose=0), expected, rtol=1e-3, atol=1e-4)


def test_the_readme_names_first_and_last_block(named):
    name, model = named
    found = list(blocks.find_blocks(model, name))
    assert documented(name)["blocks"] >= {found[0], found[-1]}


def test_blocks_unfreeze_what_they_say(named):
    name, model = named
    classifier = classifier_on(model)
    found = blocks.find_blocks(classifier, name)
    assert list(found.values()) == sorted(set(found.values())) and next(iter(found.values())) == 0
    counts = []
    for block in found:
        names = blocks.unfreeze(classifier, name, block)
        assert names == list(found)[list(found).index(block) :]
        trainable = [layer.name for layer in classifier.layers if layer.trainable and layer.weights]
        assert trainable[-1] == "logit"
        assert not any(
            isinstance(layer, keras.layers.BatchNormalization) and layer.trainable for layer in classifier.layers
        )
        frozen = classifier.layers[: found[block]]
        assert not any(layer.trainable for layer in frozen)
        counts.append(len(trainable))
    assert counts == sorted(counts, reverse=True) and len(set(counts)) == len(counts)


def test_shares_and_words(named):
    name, model = named
    classifier = classifier_on(model)
    all_blocks = list(blocks.find_blocks(classifier, name))
    assert blocks.unfreeze(classifier, name, "all") == all_blocks == blocks.unfreeze(classifier, name, 1)
    assert blocks.unfreeze(classifier, name, "none") == [] == blocks.unfreeze(classifier, name, 0.0)
    assert [layer.name for layer in classifier.layers if layer.trainable and layer.weights] == ["logit"]
    assert blocks.unfreeze(classifier, name, 0.01) == all_blocks[-1:]
    with pytest.raises(InputError, match=r"'block99' is no block of .*; choose all, none, or"):
        blocks.unfreeze(classifier, name, "block99")


def test_each_block_is_a_clean_cut(named):
    name, model = named
    assert all(entries(model, start) == 1 for start in list(blocks.find_blocks(model, name).values())[1:])


@pytest.mark.parametrize("kind", [".weights.h5", ".keras"])
def test_weights_from_a_file(tmp_path, kind):
    keras.utils.set_random_seed(1)
    model = backbones.build("efficientnet_lite0", 64, "random")
    path = tmp_path / f"mine{kind}"
    model.save_weights(path) if kind == ".weights.h5" else classifier_on(model).save(path)
    loaded = backbones.build("efficientnet_lite0", 64, str(path))
    assert backbones.weights_sha256(loaded) == backbones.weights_sha256(model)
    with pytest.raises(InputError, match=r"does not fit resnet50"):
        backbones.build("resnet50", 64, str(path))


def test_what_cannot_be_had_is_said(tmp_path, monkeypatch):
    with pytest.raises(InputError, match="'vgg99' is not known; choose one of efficientnet_lite0"):
        backbones.build("vgg99", SIZE, "imagenet")
    with pytest.raises(InputError, match=r"names .*nowhere\.h5, which is not there"):
        backbones.build("resnet50", SIZE, str(tmp_path / "nowhere.h5"))
    with pytest.raises(InputError, match=r"inception_v3 cannot be built for image\.size 64"):
        backbones.build("inception_v3", 64, "random")
    # No way out and an empty cache: one sentence that names what needs no download.
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    monkeypatch.setattr("keras.src.utils.file_utils.config.keras_home", lambda: str(tmp_path))
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    with pytest.raises(NetworkError, match="could not be fetched; .* efficientnet_lite0"):
        backbones.build("resnet50", SIZE, "imagenet")


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
