"""Several machines, which are processes here that share the project's folder, under TensorFlow's own runtime."""

import json
import socket
import subprocess

import numpy as np
import pandas as pd
import pytest

from tests.conftest import Project
from tests.pipeline.repro import ran

pytestmark = pytest.mark.slow
LIMIT = 600  # seconds, in which a busy machine has done it; a hang is a failure


def start(project: Project, *commands: list[str]) -> list[subprocess.Popen]:
    """One command on each machine: the chief's first."""
    started, ports = [], free_ports(len(commands))
    for index, command in enumerate(commands):
        cluster = {"worker": [f"localhost:{port}" for port in ports]}
        config = json.dumps({"cluster": cluster, "task": {"type": "worker", "index": index}})
        process = subprocess.Popen(
            command,
            cwd=project.folder,
            env=project.environment | {"TF_CONFIG": config},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
    return started


def stage_on_two(project: Project, stage: str) -> list[subprocess.Popen]:
    return start(project, *[["python", "-m", f"stages.{stage}"]] * 2)


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
        for code, out, err in finish(stage_on_two(again, stage)):
            assert code == 0, out + err
    for name in names:
        np.testing.assert_allclose(np.load(again.folder / f"data/features/{name}.npy"), features[name], atol=1e-3)
    np.testing.assert_allclose(pd.read_csv(again.folder / "models/finetuned/history.csv"), history, atol=1e-3)
    assert set(again.files("data", "models")) == before


def test_a_worker_joins_whatever_the_first_machine_starts(again):
    """Another validation split runs all stages again but the first: `dvc repro --dry` would name only one of them."""
    again.set(**{"split.validation": 0.4})
    started = start(again, ["dvc", "repro"], ["python", "-m", "transfer", "worker"])
    (code, out, err), (code_of_worker, worker, err_of_worker) = finish(started)
    assert code == 0, out + err
    assert ran(out) == ["preprocess", "feature-extract", "train-head", "finetune", "evaluate"]
    assert code_of_worker == 0, worker + err_of_worker
    said = [line for line in worker.splitlines() if "joining" in line or "first machine" in line]
    assert said == [
        "waiting for `dvc repro` on the first machine",
        "joining feature_extract",
        "joining finetune",
        "`dvc repro` on the first machine ended with exit code 0",
    ]
    assert again.run("git", "status", "--porcelain", "--untracked-files", "--", ":!metrics", ":!plots").stdout == (
        " M dvc.lock\n M params.yaml\n"
    )


def test_a_worker_that_waits_in_vain(again):
    """What an earlier run left, ended or killed, is no run."""
    folder = again.folder / ".dvc/tmp/cluster"
    folder.mkdir()
    for left in (None, '{"id": "a", "beat": 3, "code": null}', '{"id": "a", "beat": 3, "code": 0}'):
        if left:
            (folder / "run").write_text(left)
        (_, (code, _, error)) = finish(start(again, ["true"], ["python", "-m", "transfer", "worker", "--wait", "1"]))
        assert code == 3
        assert error.startswith("error: the first machine has started no `dvc repro` here within 1 seconds; ")
    error = again.transfer("worker", code=2).stderr
    assert error.startswith("error: TF_CONFIG names no machine but the first; ")


def test_a_machine_that_dies_ends_the_run_with_a_sentence(again):
    again.set(**{"finetune.epochs": 500})
    before = again.files("models")
    chief, other = stage_on_two(again, "finetune")
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
