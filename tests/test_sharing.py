"""Sharing through a remote: what one clone pushed, another pulls, and reruns nothing of it."""

import sys

import pytest

from tests.conftest import Project
from tests.test_end_to_end import UP_TO_DATE, ran


@pytest.mark.slow
def test_a_folder_as_remote(again, tmp_path):
    remote, origin = tmp_path / "remote", tmp_path / "origin.git"
    again.run("dvc", "remote", "add", "-d", "team", str(remote))
    again.commit("share")
    again.run("git", "clone", "-q", "--bare", ".", str(origin))
    again.run("dvc", "push", "--run-cache")

    again.run("git", "clone", "-q", str(origin), str(tmp_path / "other"))
    other = Project(tmp_path / "other")
    # A fresh clone compares the metrics of commits with nothing pulled.
    assert "head.json" in other.run("dvc", "metrics", "show").stdout
    other.run("dvc", "pull", "--run-cache")
    assert UP_TO_DATE in other.run("dvc", "status").stdout
    assert UP_TO_DATE in other.run("dvc", "repro").stdout
    assert other.files("models", "data/prepared") == again.files("models", "data/prepared")
    # The pulled models, tested again by hand, give the committed results to the byte.
    other.run(sys.executable, "-m", "stages.evaluate")
    other.run("git", "diff", "--exit-code", "--", "metrics", "plots")

    other.set(**{"head.l2": [0.25]})
    assert ran(other.run("dvc", "repro").stdout) == ["train-head", "finetune", "evaluate"]
