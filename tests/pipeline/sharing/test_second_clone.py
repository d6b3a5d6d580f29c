"""Pictures of one's own, in a clone that lacks their folder."""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import Project
from tests.dataset.samples import fill
from tests.in_process import use_local
from tests.pipeline.repro import UP_TO_DATE, ran

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def shared_run(finished: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project that has run on pictures of its own, in the folder beside it, and has committed and pushed that."""
    folder = tmp_path_factory.mktemp("own")
    shutil.copytree(finished.folder, folder / "project", symlinks=True)
    project = Project(folder / "project")
    use_local(project, fill(folder / "pictures/train", 8), fill(folder / "pictures/test", 3, first=100))
    project.run("dvc", "repro")
    project.run("dvc", "remote", "add", "-d", "team", str(folder / "remote"))
    project.commit("own pictures")
    project.run("dvc", "push", "--run-cache")
    return project


@pytest.fixture
def own(shared_run: Project, tmp_path: Path) -> Project:
    """A copy of it, and so on the same machine as the pictures."""
    shutil.copytree(shared_run.folder, tmp_path / "project", symlinks=True)
    return Project(tmp_path / "project")


@pytest.fixture
def second(shared_run: Project, tmp_path: Path) -> Iterator[Project]:
    """A second clone, on a machine without the pictures."""
    pictures = shared_run.folder.with_name("pictures")
    clone = Project(tmp_path / "second")
    shared_run.run("git", "clone", "-q", ".", str(clone.folder))
    clone.run("dvc", "pull", "--run-cache")
    pictures.rename(pictures.with_name("elsewhere"))
    yield clone
    pictures.with_name("elsewhere").rename(pictures)


def test_what_was_pulled_is_up_to_date_and_experiments_run_from_it(second):
    raw = second.files("data/raw")
    for command in (["dvc", "repro"], ["python", "-m", "dvc", "repro"], ["dvc", "status"]):
        assert UP_TO_DATE in second.run(*command).stdout
    assert second.transfer("check").stdout == ""
    assert "FAILED" not in second.transfer("verify").stdout
    for where in ([], ["--temp"]):
        done = second.run("dvc", "exp", "run", *where, "-S", f"finetune.epochs={2 + len(where)}")
        assert ran(done.stdout) == ["finetune", "evaluate"]
    assert second.files("data/raw") == raw
    assert json.loads((second.folder / "data/local.json").read_text())["train"]["files"] == 16


def test_a_stage_that_fails_there_deletes_nothing(second):
    before = second.files("data", "models")
    second.set(**{"data.local.test": "/nowhere"})
    seen = second.run("dvc", "repro", code=255).stderr
    assert "error: data.local.train names" in seen and "note: data/raw is as it was before" in seen
    assert second.files("data", "models") == before
    second.run("git", "checkout", "-q", "params.yaml")
    assert UP_TO_DATE in second.run("dvc", "repro").stdout


def test_another_source_needs_no_folder_and_a_stale_path_is_not_looked_at(second):
    second.set(**{"data.source": "sample"})
    assert ran(second.run("dvc", "repro", "download").stdout) == ["download"]
    second.set(**{"data.local.train": "/nowhere at all"})
    assert UP_TO_DATE in second.run("dvc", "status", "download").stdout


def test_where_the_folder_is_there_a_change_is_noticed_and_said(shared_run, own):
    done = own.run("dvc", "repro", "download")
    assert UP_TO_DATE in done.stdout and done.stderr == ""
    train = shared_run.folder.with_name("pictures") / "train"
    more = shutil.copyfile(next((train / "cats").iterdir()), train / "cats/one_more.jpg")
    try:
        assert ran(own.run("dvc", "repro", "--dry", "download").stdout) == ["download"]
        own.run("git", "checkout", "-q", "data/local.json")
        done = own.run("dvc", "repro", "download")
    finally:
        more.unlink()
    assert ran(done.stdout) == ["download"]
    assert re.search(rf"^note: {train} has changed: 16 files of .* before, 17 files of .* now\.$", done.stderr, re.M)


@pytest.mark.parametrize("source", ["url", "google_drive", "dvc"])
def test_sources_that_need_a_network_are_left_alone_where_nothing_changed(again, source):
    """And where something did, a failure leaves what there was."""
    again.set(**{"data.source": source, "data.url.train": "http://127.0.0.1:9/train.zip", "data.dvc.repo": "/nowhere"})
    before = again.files("data/raw")
    nobody = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), "http://127.0.0.1:9")
    again.environment |= nobody | {"no_proxy": "", "NO_PROXY": ""}
    again.run("dvc", "commit", "-f", "download")  # as if it had come from there
    assert UP_TO_DATE in again.run("dvc", "repro", "download").stdout
    again.run("dvc", "repro", "-f", "download", code=255)
    assert again.files("data/raw") == before


def test_after_an_experiment_the_committed_run_is_pushed_too(own, tmp_path):
    """Others clone the commit; DVC pushes what lies in the workspace, which is the experiment's."""
    own.run("dvc", "remote", "add", "-d", "-f", "team", str(tmp_path / "remote"))
    own.commit("another remote")
    own.run("dvc", "exp", "run", "-S", "finetune.epochs=2", "-S", "head.l2=[0.7]")
    assert "the committed run is pushed too" in own.run("dvc", "push", "--run-cache").stderr
    clone = Project(tmp_path / "second")
    own.run("git", "clone", "-q", ".", str(clone.folder))
    clone.run("dvc", "pull", "--run-cache")
    assert UP_TO_DATE in clone.run("dvc", "repro").stdout
    clone.run("dvc", "exp", "run", "-S", "finetune.epochs=2", "-S", "head.l2=[0.7]")
    assert clone.files("models") == own.files("models")
    assert "committed" not in clone.run("dvc", "push", "models/head").stderr


def test_a_run_that_nobody_committed_is_said_to_be_missing_for_others(own, tmp_path):
    own.run("dvc", "remote", "add", "-d", "-f", "team", str(tmp_path / "remote"))
    own.run("dvc", "exp", "run", "-S", "finetune.epochs=2")
    own.run("dvc", "gc", "-w", "-f")  # the committed model goes
    assert "others clone what is: commit it." in own.run("dvc", "push").stderr
    own.commit("this one")
    assert own.run("dvc", "push").stderr == ""


def test_an_experiment_that_was_killed_does_not_keep_the_committed_run_from_others(own, tmp_path):
    """DVC leaves HEAD detached, params.yaml and dvc.lock staged; evaluate has removed its results."""
    own.run("dvc", "remote", "add", "-d", "-f", "team", str(tmp_path / "remote"))
    own.commit("another remote")
    own.run("dvc", "exp", "run", "-S", "head.l2=[0.7]")
    own.run("git", "checkout", "-q", "--detach")
    own.run("git", "add", "dvc.lock", "params.yaml")
    for name in ("metrics", "plots", "reports"):
        shutil.rmtree(own.folder / name)
    assert "the committed run is pushed too" in own.run("dvc", "push", "--run-cache").stderr
    clone = Project(tmp_path / "second")
    own.run("git", "clone", "-q", ".", str(clone.folder))
    clone.run("dvc", "pull", "--run-cache")
    assert UP_TO_DATE in clone.run("dvc", "repro").stdout
