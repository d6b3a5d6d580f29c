"""Three classes go through the stages that train: to models that name them, and to the curve of sample efficiency."""

import numpy as np
import pandas as pd
import pytest

from tests.conftest import Project
from tests.pipeline.test_cluster import finish, stage_on_two

pytestmark = pytest.mark.slow
NAMES = ("cats", "dogs", "rabbits")


@pytest.fixture
def three(project: Project) -> Project:
    """A tiny project of three classes, up to the head."""
    project.set(**{"data.sample.classes": list(NAMES), "data.sample.train": 36, "data.sample.test": 12})
    for stage in ("download", "preprocess", "feature_extract", "train_head"):
        project.stage(stage)
    return project


def test_they_are_trained_named_and_measured_with_fewer_pictures(three):
    head = np.load(three.folder / "models/head/head.npz")
    assert head["kernel"].shape == (1280, 3) and head["bias"].shape == (3,)
    three.stage("finetune")
    once = three.files("models/finetuned")
    three.stage("finetune")
    assert three.files("models/finetuned") == once
    for model in ("head", "finetuned"):
        line = three.transfer("predict", "data/prepared/sheet_test.png", "--model", model).stdout
        assert sorted(word.split()[0] for word in line.split(": ")[1].split(", ")) == list(NAMES)
        three.stage("sample_efficiency", model)
        table = pd.read_csv(three.folder / f"models/sample_efficiency/{model}.csv")
        assert table["pictures_per_class"][0] == 4 and table["pictures_per_class"].is_monotonic_increasing
        assert table["accuracy"].between(0, 1).all() and (table["log_loss"] > 0).all()
    three.stage("baseline")
    assert pd.read_csv(three.folder / "models/scratch/history.csv")["loss"][0] < 2 * np.log(3)


def test_two_machines_give_what_one_gives(three):
    three.stage("finetune")
    history = pd.read_csv(three.folder / "models/finetuned/history.csv")
    for code, out, err in finish(stage_on_two(three, "finetune")):
        assert code == 0, out + err
    np.testing.assert_allclose(pd.read_csv(three.folder / "models/finetuned/history.csv"), history, atol=1e-3)
