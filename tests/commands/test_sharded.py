"""A stage whose pictures are shared out gives the bytes that it gives alone, whoever runs the shards, and dies."""

import signal
import subprocess
import sys
import time

import psutil
import pytest

from tests.conftest import Project
from tests.dataset.samples import fill
from tests.in_process import use_local

LIMIT = 400  # seconds, in which a busy machine has done it; a hang is a failure

IN_TURN = """
import shutil

from stages import {stage} as stage
from transfer.commands import sharded

sharded.MEMBERS, sharded.BATCHES, stage.BATCH = 5, 2, 4  # so small that there are several, the last one short
stage.main()
shutil.move("{out}", "alone")
sharded.{stage}(map)
"""

ON_THREE_HOSTS = """
import argparse
import os

from ray.cluster_utils import Cluster

from transfer.commands import sharded

if __name__ == "__main__":
    sharded.MEMBERS, sharded.BATCHES = 8, 1
    cluster = Cluster()
    for _ in range(3):
        cluster.add_node(num_cpus=1, include_dashboard=False)
    os.environ["RAY_ADDRESS"] = cluster.address
    try:
        for stage in sharded.STAGES:
            sharded.main(argparse.Namespace(stage=stage))
    finally:
        cluster.shutdown()
"""


def outputs(project: Project) -> dict[str, bytes]:
    return project.files("data/prepared", "data/features", "models/backbone")


def test_shards_checked_in_turn_give_the_same_bytes(project, tmp_path):
    (train := fill(tmp_path / "train", 9)).joinpath("cats", "broken.jpg").write_bytes(b"no picture")
    train.joinpath("notes.txt").write_text("my cats")
    use_local(project, train, fill(tmp_path / "test", 4, first=100))
    project.set(**{"preprocess.max_reject_fraction": 0.2})
    project.stage("download")
    project.run("python", "-c", IN_TURN.format(stage="preprocess", out="data/prepared"))
    alone, shared_out = project.files("alone"), project.files("data/prepared")
    assert b"broken.jpg,undecodable" in shared_out["data/prepared/rejects.csv"]
    assert list(alone.values()) == list(shared_out.values())


@pytest.mark.slow
def test_features_in_turn_are_the_same_bytes(again):
    again.run("python", "-c", IN_TURN.format(stage="feature_extract", out="data/features"))
    assert list(again.files("alone").values()) == list(again.files("data/features").values())


def test_without_ray_it_says_what_to_install(project):
    project.run("python", "-c", "import pathlib; pathlib.Path('ray.py').write_text('raise ImportError')")
    said = project.transfer("sharded", "preprocess", code=2).stderr
    assert said == "error: Ray is not installed; run `make repro EXTRAS=ray` once.\n"


def started(project: Project) -> psutil.Popen:
    (project.folder / "hosts.py").write_text(ON_THREE_HOSTS)
    return psutil.Popen(
        [sys.executable, "hosts.py"],
        cwd=project.folder,
        env=project.environment | {"PYTHONPATH": str(project.folder)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


def killed_at_work(running: psutil.Popen) -> None:
    """Kill a process while it works on a shard."""
    while running.poll() is None:
        for process in running.children(recursive=True):
            try:
                if process.cmdline()[:1] != ["ray::_done"]:
                    continue
                process.send_signal(signal.SIGSTOP)  # so that it is at work still when it is killed
                if process.cmdline()[:1] == ["ray::_done"]:
                    process.kill()
                    return
                process.send_signal(signal.SIGCONT)
            except psutil.NoSuchProcess:
                pass
        time.sleep(0.02)
    raise AssertionError("it ended before a worker was seen at work:\n" + running.stderr.read())


def ended(running: psutil.Popen) -> str:
    below = running.children(recursive=True)
    try:
        errors = running.communicate(timeout=LIMIT)[1]
    finally:
        for process in [running, *below]:
            if process.is_running():
                process.kill()
    assert running.returncode == 0, errors
    return errors


@pytest.mark.slow
def test_three_hosts_give_the_bytes_of_one_though_processes_are_killed(project):
    pytest.importorskip("ray")
    project.set(**{"data.sample.train": 160, "data.sample.test": 40})
    for stage in ("download", "preprocess", "feature_extract"):
        project.stage(stage)
    before = outputs(project)
    project.run("rm", "-r", "data/prepared", "data/features", "models/backbone")
    running = started(project)
    killed_at_work(running)
    while not (project.folder / "data/prepared").exists() and running.poll() is None:
        time.sleep(0.1)
    killed_at_work(running)
    ended(running)
    assert outputs(project) == before
    project.run("dvc", "commit", "-f", "download", "preprocess", "feature-extract")
    assert "up to date" in project.run("dvc", "repro", "--dry", "feature-extract").stdout


@pytest.mark.slow
def test_an_error_in_a_worker_is_the_stages_own_sentence(project):
    pytest.importorskip("ray")
    project.stage("download")
    archive = project.folder / "data/raw/train/pictures.zip"
    archive.chmod(0o644)
    archive.write_bytes(archive.read_bytes()[:-100])
    project.environment = project.environment | {"RAY_ADDRESS": "local"}
    said = project.transfer("sharded", "preprocess", code=2).stderr
    assert said.startswith("error: data/raw/train/pictures.zip is not a zip or tar") and len(said.splitlines()) == 1
