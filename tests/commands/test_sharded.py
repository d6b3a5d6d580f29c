"""A stage whose pictures are divided gives the bytes that it gives alone, whoever runs the shards, and dies."""

import shutil
import signal
import subprocess
import sys
import time

import psutil
import pytest
from dvc.repo import Repo

from tests.conftest import Project
from tests.dataset.samples import fill
from tests.in_process import InProcess, in_process, use_local  # noqa: F401
from transfer.__main__ import main
from transfer.commands import sharded

LIMIT = 400  # seconds, in which a busy machine has done it; a hang is a failure

FEATURES_IN_TURN = """
import shutil

from stages import feature_extract as stage
from transfer.commands import sharded

sharded.BATCHES, stage.INFERENCE_BATCH = 2, 4  # so small that there are several shards, the last one short
sharded.feature_extract(map)
shutil.move("data/features", "in_turn")
stage.main()
"""

ON_THREE_HOSTS = """
import argparse
import os

from ray.cluster_utils import Cluster

from transfer.commands import sharded

if __name__ == "__main__":
    sharded.MEMBERS, sharded.BATCHES = 2, 1
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


def test_shards_prepared_in_turn_give_the_same_bytes(in_process, tmp_path, monkeypatch):  # noqa: F811
    (train := fill(tmp_path / "train", 9)).joinpath("cats", "broken.jpg").write_bytes(b"no picture")
    train.joinpath("notes.txt").write_text("my cats")
    use_local(in_process, train, fill(tmp_path / "test", 4, first=100))
    in_process.set(**{"preprocess.max_reject_fraction": 0.2})
    in_process.stage("download")
    in_process.stage("preprocess")
    alone = in_process.files("data/prepared")
    assert b"broken.jpg,undecodable" in alone["data/prepared/rejects.csv"]
    shutil.rmtree("data/prepared")
    monkeypatch.setattr(sharded, "MEMBERS", 5)  # so small that there are several shards, the last one short
    shards = []
    sharded.preprocess(lambda work, items: (shards.append(shard) or work(shard) for shard in items))
    assert in_process.files("data/prepared") == alone and len(shards) == 6


@pytest.mark.slow
def test_features_in_turn_are_the_same_bytes(again):
    again.run("python", "-c", FEATURES_IN_TURN)
    assert list(again.files("in_turn").values()) == list(again.files("data/features").values())


def test_without_ray_it_says_what_to_install(in_process, monkeypatch, capsys):  # noqa: F811
    monkeypatch.chdir(in_process.folder)
    monkeypatch.setitem(sys.modules, "ray", None)
    assert main(["sharded", "preprocess"]) == 2
    assert capsys.readouterr().err == "error: Ray is not installed; run `make repro EXTRAS=ray` once.\n"


def start_on_three_hosts(project: Project) -> psutil.Popen:
    (project.folder / "hosts.py").write_text(ON_THREE_HOSTS)
    return psutil.Popen(
        [sys.executable, "hosts.py"],
        cwd=project.folder,
        env=project.environment | {"PYTHONPATH": str(project.folder)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


def kill_a_worker(running: psutil.Popen) -> None:
    """Kill a process while it works on a shard."""
    working = [f"ray::{sharded._call_at_root.__name__}"]
    while running.poll() is None:
        for process in running.children(recursive=True):
            try:
                if process.cmdline()[:1] != working:
                    continue
                process.send_signal(signal.SIGSTOP)  # so that it is at work still when it is killed
                if process.cmdline()[:1] == working:
                    process.kill()
                    return
                process.send_signal(signal.SIGCONT)
            except psutil.NoSuchProcess:
                pass
        time.sleep(0.02)
    raise AssertionError("it ended before a worker was seen at work:\n" + running.stderr.read())


def wait_for_end(running: psutil.Popen) -> None:
    below = running.children(recursive=True)
    try:
        errors = running.communicate(timeout=LIMIT)[1]
    finally:
        for process in [running, *below]:
            if process.is_running():
                process.kill()
    assert running.returncode == 0, errors


@pytest.mark.slow
def test_three_hosts_give_the_bytes_of_one_though_processes_are_killed(again, monkeypatch):
    pytest.importorskip("ray")
    outputs = ("data/prepared", "data/features", "models/backbone")
    # Alone with one thread, as each process on Ray: some processors round otherwise with more.
    again.environment = again.environment | {"TF_NUM_INTRAOP_THREADS": "1"}
    again.run("dvc", "repro", "-f", "-s", "feature-extract")
    again.run("dvc", "repro")
    before = again.files(*outputs)
    for output in outputs:
        again.run("rm", "-r", output)
    running = start_on_three_hosts(again)
    kill_a_worker(running)
    while not (again.folder / "data/prepared").exists() and running.poll() is None:
        time.sleep(0.1)
    kill_a_worker(running)
    wait_for_end(running)
    assert again.files(*outputs) == before
    monkeypatch.chdir(again.folder)
    with Repo(str(again.folder)) as repo:
        for stage in ("preprocess", "feature-extract"):
            repo.commit(stage, force=True)
        assert repo.status() == {}


@pytest.mark.slow
def test_an_error_in_a_worker_is_the_stages_own_sentence(project, monkeypatch, capsys):
    pytest.importorskip("ray")
    InProcess(project.folder, monkeypatch, capsys).stage("download")
    archive = project.folder / "data/raw/train/pictures.zip"
    archive.write_bytes(archive.read_bytes()[:-100])
    project.environment = project.environment | {"RAY_ADDRESS": "local"}
    errors = project.transfer("sharded", "preprocess", code=2).stderr
    assert errors.startswith("error: data/raw/train/pictures.zip is not a zip or tar") and len(errors.splitlines()) == 1
