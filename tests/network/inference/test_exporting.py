"""Exports of networks whose operations other runtimes lack; tests/commands/test_export.py exports what a run made."""

import numpy as np
import pytest

from tests.network import transformers
from transfer.network.classifier import assemble
from transfer.network.inference.exporting import FORMATS, export, load_exported

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("shape", transformers.SHAPES)
def test_transformers_are_exported(shape, kind, tmp_path):
    model = transformers.transformer(shape)
    kernel = np.random.default_rng(1).normal(0, 0.3, (model.output.shape[1], 1))
    classifier = assemble(model, kernel, np.zeros(1))
    pictures = np.random.default_rng(0).integers(0, 256, (2, *model.input.shape[1:])).astype(np.float32)
    export(classifier, kind, tmp_path / FORMATS[kind].name)
    found = load_exported(tmp_path / FORMATS[kind].name, kind)(pictures)
    np.testing.assert_allclose(found, classifier(pictures), atol=1e-5)
