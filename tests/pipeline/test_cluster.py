"""Several machines, which are processes here that share the project's folder, under TensorFlow's own runtime."""

import json
import socket
import subprocess

import numpy as np
import pandas as pd
import pytest

from tests.conftest import Project

pytestmark = pytest.mark.slow
LIMIT = 240  # seconds, in which a busy machine has done it; a hang is a failure


def start(project: Project, stage: str, ports: list[int]) -> list[subprocess.Popen]:
    """One process for each port: the chief first."""
    started = []
    for index in range(len(ports)):
        cluster = {"worker": [f"localhost:{port}" for port in ports]}
        config = json.dumps({"cluster": cluster, "task": {"type": "worker", "index": index}})
        process = subprocess.Popen(
            ["python", "-m", f"stages.{stage}"],
            cwd=project.folder,
            env=project.environment | {"TF_CONFIG": config},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
    return started


def free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("localhost", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


def finish(processes: list[subprocess.Popen]) -> list[tuple[int, str, str]]:
    try:
        ended = [(process, *process.communicate(timeout=LIMIT)) for process in processes]
    finally:
        for process in processes:
            process.kill()
    return [(process.returncode, out, err) for process, out, err in ended]


def test_two_machines_give_what_one_gives_and_the_chief_alone_writes(again):
    again.set(**{"finetune.epochs": 2})
    again.stage("finetune")
    names = ("train", "validation", "test")
    features = {name: np.load(again.folder / f"data/features/{name}.npy") for name in names}
    history = pd.read_csv(again.folder / "models/finetuned/history.csv")
    before = set(again.files("data", "models"))
    for stage in ("feature_extract", "finetune"):
        for code, out, err in finish(start(again, stage, free_ports(2))):
            assert code == 0, out + err
    for name in names:
        np.testing.assert_allclose(np.load(again.folder / f"data/features/{name}.npy"), features[name], atol=1e-3)
    np.testing.assert_allclose(pd.read_csv(again.folder / "models/finetuned/history.csv"), history, atol=1e-3)
    assert set(again.files("data", "models")) == before


def test_a_machine_that_dies_ends_the_run_with_a_sentence(again):
    again.set(**{"finetune.epochs": 500})
    before = again.files("models")
    chief, other = start(again, "finetune", free_ports(2))
    checkpoint = again.folder / "models/.finetuned.checkpoint"
    while not checkpoint.is_file() and chief.poll() is None and other.poll() is None:
        try:
            other.wait(timeout=0.2)
        except subprocess.TimeoutExpired:
            continue
    assert checkpoint.is_file()
    other.kill()
    ((code, _, error),) = finish([chief])
    other.communicate()
    assert code == 3, error
    assert "error: a machine of TF_CONFIG was lost" in error.splitlines()[-1]
    assert {name: again.files("models")[name] for name in before} == before


def test_a_config_that_makes_no_cluster(again):
    again.environment |= {"TF_CONFIG": '{"cluster": {"worker": []}, "task": {"type": "worker", "index": 3}}'}
    assert again.stage("finetune", code=2).stderr.splitlines()[-1].startswith("error: TF_CONFIG makes no cluster")
