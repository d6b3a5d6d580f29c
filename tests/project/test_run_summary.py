"""What is said at the start and at the end of a run."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from transfer.project.committed import changed_params, flatten, largest_difference
from transfer.project.run_log import noted_stages
from transfer.project.run_summary import spell, summary

ACCURACY = {"accuracy": 0.5, "n": 8, "confusion": {"tp": 4}}


@pytest.fixture
def committed(tmp_path, monkeypatch) -> Path:
    """A commit of params and figures, and a report, in the current directory."""
    monkeypatch.chdir(tmp_path)
    for name, text in {
        "params.yaml": "seed: 7\nhead: {l2: [0.1], epochs: 3}\n",
        "metrics/head.json": json.dumps(ACCURACY),
        "models/head/model.keras": "",
        "models/finetuned/model.keras": "",
        "models/backbone/model.keras": "",
        "reports/index.html": "<html>",
        "reports/results.txt": "the table\n",
    }.items():
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(text)
    who = ["-c", "user.name=test", "-c", "user.email=test@example.org"]
    for words in (["init", "-q"], ["add", "params.yaml", "metrics"], [*who, "commit", "-q", "-m", "ran"]):
        subprocess.run(["git", *words], check=True)
    return tmp_path


def test_params_that_differ_from_the_commit(committed):
    assert changed_params() == []
    Path("params.yaml").write_text("seed: 8\nhead: {l2: [0.1, 0.3], patience: 2}\n")
    assert changed_params() == [
        "seed 7 -> 8",
        "head.l2 [0.1] -> [0.1, 0.3]",
        "head.epochs 3 -> not there",
        "head.patience not there -> 2",
    ]


def test_without_a_commit_nothing_differs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("params.yaml").write_text("seed: 8\n")
    assert changed_params() == [] and largest_difference() is None


def test_figures_of_another_cpu(committed):
    assert largest_difference() is None
    Path("metrics/head.json").write_text(json.dumps(ACCURACY | {"accuracy": 0.52, "confusion": {"tp": 5}}))
    assert largest_difference() == (pytest.approx(0.02), "accuracy in metrics/head.json")
    (said,) = (line for line in summary({"evaluate": 4}) if line.startswith("note"))
    assert said == (
        "note    figures differ from the committed ones by at most 0.02 (accuracy in metrics/head.json): "
        "another CPU, or code or corrections that changed since; commit before you compare experiments with it"
    )
    Path("params.yaml").write_text("seed: 8\n")
    assert largest_difference() is None  # the seed may be why


def test_the_last_words(committed, monkeypatch):
    said = ["models  models/finetuned, models/head", "report  reports/index.html"]
    assert summary({}) == ["the table", *said]
    assert summary({"train-head": 3.4, "evaluate": 71}) == ["time    train-head 3 s, evaluate 1 min 11 s", *said]
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    assert summary({})[-1] == f"report  {(committed / 'reports/index.html').as_uri()}"
    Path("reports/index.html").unlink()
    assert summary({}) == []


def test_stages_are_noted_in_order(tmp_path):
    (tmp_path / "log").write_text("train-head\t3.4\nevaluate\t71.0\n")
    assert noted_stages(tmp_path / "log") == {"train-head": 3.4, "evaluate": 71}
    assert spell(59.4) == "59 s" and spell(60) == "1 min 0 s"


def test_leaves_of_nested_mappings():
    assert flatten({"a": {"b": 1, "c": {"d": [2]}}, "e": None}) == {"a.b": 1, "a.c.d": [2], "e": None}
