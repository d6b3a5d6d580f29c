"""A whole run on pictures of three classes, of which none is positive."""

import json

import numpy as np
import pytest
from PIL import Image

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


@pytest.mark.slow
def test_120_classes_of_four_pictures_run_end_to_end(project, tmp_path):
    """Noise in a colour of each class' own; what is asked is that nothing breaks, and that the page stays readable."""
    draws = np.random.default_rng(0)
    for split, count in (("train", 4), ("test", 2)):
        for number in range(120):
            folder = tmp_path / split / f"breed {number:03d}"
            folder.mkdir(parents=True)
            colour = np.random.default_rng(number).integers(40, 216, 3)
            for index in range(count):
                pixels = np.clip(colour + draws.normal(0, 30, (64, 64, 3)), 0, 255).astype(np.uint8)
                Image.fromarray(pixels).save(folder / f"{index}.png")
    project.set(
        **{
            "data.source": "local",
            "data.local.train": str(tmp_path / "train"),
            "data.local.test": str(tmp_path / "test"),
            "preprocess.near_duplicates": False,
            "head.epochs": 10,
        }
    )
    project.run("dvc", "repro")
    for model in ("head", "finetuned"):
        written = json.loads((project.folder / f"metrics/{model}.json").read_text())
        assert (written["n"], written["classes"]) == (240, 120) and "by_class" not in written
        assert 0 <= written["accuracy"] <= written["top_5_accuracy"] <= 1
        assert len((project.folder / f"plots/{model}/per_class.csv").read_text().splitlines()) == 121
    assert (project.folder / "reports/index.html").stat().st_size < 5e6
    project.transfer("predict", str(tmp_path / "test/breed 119"), "--all-classes", "--csv", "calls.csv")
    assert "P(breed 119)" in (project.folder / "calls.csv").read_text().splitlines()[0]
