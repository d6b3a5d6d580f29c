"""One backbone of each family, built once for all tests that look at it; most belong to the slow tier."""

import numpy as np
import pytest

from transfer.network.classifier import assemble

SIZE = 112  # a multiple of the patches of every transformer
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
    "mobilenet_v2_torch": 1280,
    "mobilenet_v3_small": 576,
    "densenet121": 1024,
    "efficientnet_b0": 1280,
    "efficientnet_v2_b0": 1280,
    "convnext_tiny": 768,
    "dinov2_small": 768,
    "deit_tiny_distilled_patch16_224_imagenet": 384,
}
FAMILIES = [name if name == "efficientnet_lite0" else pytest.param(name, marks=pytest.mark.slow) for name in WIDTHS]


def classifier_on(model):
    width = model.output.shape[1]
    return assemble(model, np.zeros((width, 1)), np.zeros(1))
