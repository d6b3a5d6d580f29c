"""Two clones and a remote, with a real server: what one pushed, the other pulls, and reruns nothing of it."""

import shutil
from contextlib import contextmanager

import pytest

from tests.pipeline.repro import UP_TO_DATE, ran
from tests.pipeline.sharing import servers

pytestmark = pytest.mark.slow


@contextmanager
def folder_remote(project, tmp_path):
    project.run("dvc", "remote", "add", "-d", "team", str(tmp_path / "remote"))
    yield lambda clone: None


@contextmanager
def s3_remote(project, tmp_path):
    with servers.s3(tmp_path) as (address, _):
        servers.s3_remote(project, address)
        servers.s3_key(project)
        yield servers.s3_key


@contextmanager
def ssh_remote(project, tmp_path):
    with servers.ssh(tmp_path) as (port, key):
        servers.ssh_remote(project, port, tmp_path / "remote")

        def own_key(clone):
            clone.run("dvc", "remote", "modify", "--local", "team", "keyfile", str(key))

        own_key(project)
        yield own_key


@pytest.mark.parametrize("remote", [folder_remote, s3_remote, ssh_remote])
def test_two_people_share(again, other, tmp_path, remote):
    with remote(again, tmp_path) as with_key:
        again.commit("share")
        again.run("dvc", "push", "--run-cache")

        second = other()
        # A fresh clone compares the metrics of commits with nothing pulled.
        assert "head.json" in second.run("dvc", "metrics", "show").stdout
        with_key(second)
        second.run("dvc", "pull", "--run-cache")
        assert UP_TO_DATE in second.run("dvc", "status").stdout
        done = second.run("dvc", "repro").stdout
        assert UP_TO_DATE in done and ran(done) == []
        assert second.files("models", "data/prepared") == again.files("models", "data/prepared")
        if remote is folder_remote:  # the same bytes of models came over the others, too
            # The pulled models, tested again by hand, predict the committed bytes.
            second.stage("evaluate")
            second.run("git", "diff", "--exit-code", "--", "metrics", "plots")

        # Every model changes. Fine-tuning of no epoch is as good over the wire, where the folder showed the other.
        no_epochs = [] if remote is folder_remote else ["-S", "finetune.epochs=0"]
        done = second.run("dvc", "exp", "run", "-n", "stronger", "-S", "head.l2=[0.25]", *no_epochs).stdout
        assert ran(done) == ["train-head", "finetune", "evaluate"]
        second.run("dvc", "exp", "push", "origin", "stronger")
        theirs = second.files("models", "reports", "plots", "metrics")

        again.run("dvc", "exp", "pull", "origin", "stronger")
        again.run("dvc", "exp", "apply", "stronger")
        assert again.files("models", "reports", "plots", "metrics") == theirs
        assert UP_TO_DATE in again.run("dvc", "status").stdout
        assert "l2" in again.run("git", "diff", "params.yaml").stdout
        shutil.rmtree(second.folder)


def test_a_key_of_nobody_is_refused(again, tmp_path):
    with servers.ssh(tmp_path) as (port, _):
        servers.ssh_remote(again, port, tmp_path / "remote")
        (tmp_path / "strangers").mkdir()
        with servers.ssh(tmp_path / "strangers") as (_, key):
            again.run("dvc", "remote", "modify", "--local", "team", "keyfile", str(key))
            assert "Permission denied" in again.run("dvc", "push", code=255).stderr
    assert not (tmp_path / "remote").exists()
