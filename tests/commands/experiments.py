"""Experiments that ran through DVC's queue, and how their results are read."""

import json
import re
import time

from tests.conftest import Project

QUEUED = {  # the first two are those of docs/experiments.md
    "frozen": ["finetune.epochs=0"],
    "gentle": ["finetune.learning_rate=1e-5", "finetune.epochs=2"],
    "lite1": ["backbone.name=efficientnet_lite1", "finetune.epochs=0"],
    "reseeded": ["seed.data=8"],
}


def run_queue(project: Project) -> None:
    """Queue the experiments, and run them two at a time."""
    for name, changes in QUEUED.items():
        said = project.run("dvc", "exp", "run", "--queue", "-n", name, *(word for c in changes for word in ("-S", c)))
        assert f"Queued experiment '{name}' for future execution." in said.stdout
    assert project.run("dvc", "queue", "status").stdout.count("Queued") == len(QUEUED)
    assert "Started '2' new experiments task queue worker" in project.run("dvc", "queue", "start", "-j", "2").stdout
    until = time.monotonic() + 600
    while re.search("Queued|Running", status := project.run("dvc", "queue", "status").stdout):
        assert time.monotonic() < until, status
        time.sleep(1)
    assert status.count("Success") == len(QUEUED), project.run("dvc", "queue", "logs", "gentle", code=None).stdout


def diff(project: Project, what: str, *words: str) -> dict:
    return json.loads(project.run("dvc", what, "diff", *words, "--json").stdout)


def commit(project: Project, experiment: str) -> str:
    named = project.run("git", "for-each-ref", "--format=%(objectname)", f"refs/exps/*/*/{experiment}").stdout.split()
    return named[-1]
