"""sweep: several seeds through DVC's queue, and what their metrics come to."""

import json
import re

import pytest

from tests.commands.experiments import commit

pytestmark = pytest.mark.slow


def test_a_sweep_reports_what_failed_and_summarises_the_rest(compared):
    done = compared.transfer("sweep", "--seeds", "7", "8", "-1", "--jobs", "2", code=2)
    assert done.stderr.splitlines()[-1] == (
        "error: 1 of 3 experiments failed: seed--1; `dvc queue logs seed--1` says why."
    )
    assert "seed.training should be" in compared.run("dvc", "queue", "logs", "seed--1").stdout
    losses = [
        json.loads(compared.run("git", "show", f"{name}:metrics/head.json").stdout)["log_loss"]
        for name in ("HEAD", commit(compared, "seed-8"))
    ]
    mean, low, high = sum(losses) / 2, min(losses), max(losses)
    deviation = (high - low) / 2**0.5
    head = done.stdout.split("finetuned, 2 runs")[0]
    assert "over seed-7, seed-8:" in head and "head, 2 runs" in head
    assert re.search(rf"log-loss +{mean:.4f} +{deviation:.4f} +{low:.4f} +{high:.4f}", head)
    assert "the recipe: 2 trainings, 8 pictures" in done.stdout and "finetuned - head, log-loss" in done.stdout
    # Other pictures have no interval in common.
    other = compared.transfer("sweep", "HEAD", commit(compared, "reseeded")).stdout
    assert "No interval over trainings: " in other and "were tested on different pictures" in other
    # What is there is not run again; a summary of revisions is the same one.
    again = compared.transfer("sweep", "--seeds", "7", "8")
    assert again.stderr == "" and again.stdout == done.stdout
    assert compared.transfer("sweep", "HEAD", commit(compared, "seed-8")).stdout == done.stdout.replace(
        "over seed-7, seed-8:", f"over HEAD, {commit(compared, 'seed-8')}:"
    )
    compared.set(**{"finetune.epochs": 0})
    assert "a sweep runs what is committed; " in compared.transfer("sweep", "--seeds", "7", code=2).stderr
    compared.run("git", "checkout", "params.yaml")
    assert "there is nothing to summarise; " in compared.transfer("sweep", code=2).stderr
