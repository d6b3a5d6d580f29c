"""A whole run on pictures of three classes, of which none is positive."""

import json

import numpy as np
import pytest

from tests.pipeline.repro import UP_TO_DATE
from transfer.analysis.metrics import measure
from transfer.analysis.predictions import Predictions
from transfer.classes import Classes

CLASSES = Classes(("cats", "foxes", "rabbits"))


@pytest.mark.slow
def test_what_a_run_on_three_classes_leaves_fits_together(project):
    project.set(
        **{
            "data.sample.classes": ["rabbits", "cats", "foxes"],
            "data.sample.train": 36,
            "data.sample.test": 12,
            "baselines": ["scratch"],
            "sample_efficiency.models": ["head"],
        }
    )
    project.run("dvc", "repro")
    for model in ("head", "finetuned", "scratch"):
        written = json.loads((project.folder / f"metrics/{model}.json").read_text())
        assert (written["n"], written["classes"], list(written["by_class"])) == (12, 3, [*CLASSES.names])
        found = Predictions.read(project.folder / f"plots/{model}/predictions.csv", CLASSES)
        from_git = measure(found).to_json()
        assert {key: from_git[key] for key in from_git if key != "by_class"}.items() <= written.items()
        whole = np.load(project.folder / f"reports/probabilities/{model}.npy")
        assert whole.shape == (12, 3) and whole.dtype == np.float32
        np.testing.assert_allclose(whole.sum(axis=1), 1, atol=1e-5)
        np.testing.assert_array_equal(whole.argmax(axis=1), found.predicted)
        np.testing.assert_array_equal(whole[range(12), found.actual], found.actual_probability)
        table = (project.folder / f"plots/{model}/per_class.csv").read_text().splitlines()
        assert [line.split(",")[0] for line in table] == ["class", *CLASSES.names]
    comparison = json.loads((project.folder / "metrics/comparison.json").read_text())
    assert list(comparison["by_class"]) == [*CLASSES.names] and "roc_auc_difference" not in comparison
    page = (project.folder / "reports/index.html").read_text()
    assert "where Head looks" in page and 'id="classes"' in page and 'id="thresholds"' not in page
    said = project.transfer("compare", "workspace:head", "workspace:finetuned").stdout
    assert f"{comparison['log_loss_difference']:+.4f}" in said
    assert UP_TO_DATE in project.run("dvc", "status").stdout
