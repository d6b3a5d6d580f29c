"""What is changed runs again, and what cannot run says so and leaves what was there."""

import json
import re

import pytest

from tests.dataset.samples import fill
from tests.in_process import use_local
from tests.pipeline.repro import UP_TO_DATE, ran


@pytest.mark.slow
def test_a_changed_param_reruns_what_reads_it_and_what_follows(again):
    """finetune's and head's params are changed in test_resume.py and sharing/test_remotes.py, which look alike."""
    again.set(**{"evaluate.threshold": 0.4})
    said = again.run("dvc", "repro").stdout
    assert ran(said) == ["evaluate"]
    assert "\nparams that differ from the commit: evaluate.threshold 0.5 -> 0.4\n" in said
    assert re.search(
        r"^time    evaluate \d+ s\nmodels  models/finetuned, models/head\nreport  reports/index.html\n\Z", said, re.M
    )
    assert said.count("Verdict: ") == 1
    said = again.run("dvc", "repro").stdout
    assert UP_TO_DATE in said and "\ntime    " not in said and said.count("Verdict: ") == 1
    for name, value, first in (
        ("finetune.crop", 0.9, "finetune"),
        ("head.l2", [0.5], "train-head"),
        ("backbone.name", "efficientnet_lite1", "feature-extract"),
    ):
        again.set(**{name: value})
        assert ran(again.run("dvc", "repro", "--dry").stdout)[0] == first


def test_a_picture_more_in_a_local_folder_is_noticed(again, tmp_path):
    train, test = fill(tmp_path / "train"), fill(tmp_path / "test", 3, first=100)
    use_local(again, train, test)
    again.run("dvc", "repro", "preprocess")
    assert ran(again.run("dvc", "repro", "--dry", "preprocess").stdout) == []
    more = fill(tmp_path / "more", 1, ("cats",), first=300)
    (more / "cats" / "cat.300.jpg").rename(train / "cats" / "new.jpg")
    assert "download" in ran(again.run("dvc", "repro", "--dry", "preprocess").stdout)
    assert ran(again.run("dvc", "repro", "preprocess").stdout) == ["download", "preprocess"]


@pytest.mark.slow
def test_a_backbone_of_keras_applications(again):
    again.run("dvc", "exp", "run", "-S", "backbone.name=resnet50", "-S", "finetune.unfreeze=none")
    about = json.loads((again.folder / "models/backbone/backbone.json").read_text())
    assert about["name"] == "resnet50" and about["features"] == 2048


def test_a_model_that_is_missing(again):
    (again.folder / "models/finetuned/model.keras").unlink()
    done = again.stage("evaluate", code=2)
    assert done.stderr.splitlines()[-1].startswith(
        "error: models/finetuned/model.keras is not a model that can be read"
    )


@pytest.mark.parametrize(
    "change, code, said",
    [
        ({"backbone.weights": "nowhere.h5"}, 2, "backbone.weights names nowhere.h5, which is not there"),
        (
            {"image.size": 32, "backbone.name": "inception_v3", "finetune.unfreeze": "all"},
            2,
            "inception_v3 cannot be built for image.size 32",
        ),
    ],
)
def test_a_backbone_that_cannot_be_had(again, change, code, said):
    again.set(**change)
    before = again.files("data/features", "models/backbone")
    done = again.stage("feature_extract", code=code)
    assert done.stderr.splitlines()[-1].startswith(f"error: {said}")
    assert again.files("data/features", "models/backbone") == before
