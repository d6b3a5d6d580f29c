"""Experiments side by side by DVC's own commands, and by those of the documents."""

import json
import re

import pytest

from tests.commands.experiments import QUEUED, commit, diff
from tests.pipeline.repro import table
from tests.repository.documents import assert_line_printed, commands

pytestmark = pytest.mark.slow

OF_README = [command for command in commands("README.md") if "gentle" in command.text]
DOCUMENTED = [*commands("docs/experiments.md"), *OF_README]
READ_ONLY = [command for command in DOCUMENTED if not re.search("exp run|queue start|sweep", command.text)]
# What the documents' own experiments show and the tiny ones need not: that pictures changed sides, and what follows.
VARIES = re.compile(r"Verdict: |right by |  test/|…$")


def test_the_documents_queue_what_is_queued_here():
    queued = [command.text for command in DOCUMENTED if "--queue" in command.text]
    assert queued == [
        f"dvc exp run --queue -n {name} {' '.join(f'-S {change}' for change in QUEUED[name])}"
        for name in ("frozen", "gentle")
    ]
    assert OF_README[0].text == queued[1].replace(" --queue", "")


@pytest.mark.parametrize("command", READ_ONLY, ids=lambda command: command.text)
def test_the_documents_commands_run_and_print_what_is_shown(compared, command):
    printed = compared.run("sh", "-c", command.text).stdout
    assert printed
    for line in command.shown:
        if line.strip() and not VARIES.match(line):
            assert_line_printed(command, line, printed)


def test_the_documents_sweep_prints_what_is_shown(compared):
    (command,) = (command for command in DOCUMENTED if " sweep " in command.text)
    assert command.text == "python -m transfer sweep seed-1 seed-2 seed-7"
    printed = compared.transfer("sweep", "HEAD", "frozen", "gentle").stdout
    for line in command.shown:
        if line.strip() and not VARIES.match(line):
            assert_line_printed(command, line.replace("seed-1, seed-2, seed-7", "HEAD, frozen, gentle"), printed)


def test_the_queue_leaves_the_workspace_alone(compared):
    assert compared.run("git", "status", "--porcelain").stdout == ""
    assert set(compared.run("dvc", "exp", "list", "--name-only").stdout.split()) >= set(QUEUED)


def test_params_diff(compared):
    assert diff(compared, "params", "frozen", "gentle") == {
        "params.yaml": {
            "finetune.epochs": {"old": 0, "new": 2, "diff": 2},
            "finetune.learning_rate": {"old": 0.0003, "new": 1e-05, "diff": 1e-05 - 0.0003},
        }
    }
    assert diff(compared, "params", "HEAD", "reseeded")["params.yaml"] == {"seed.data": {"old": 7, "new": 8, "diff": 1}}
    shown = compared.run("dvc", "params", "diff", "HEAD", "lite1", "--md").stdout
    assert "| backbone.name   | efficientnet_lite0 | efficientnet_lite1 |" in shown


def test_metrics_diff_and_show(compared):
    """With and without fine-tuning only the fine-tuned model differs; another backbone or seed changes both."""
    changed = diff(compared, "metrics", "frozen", "gentle")
    assert set(changed) == {f"metrics/{name}.json" for name in ("finetuned", "comparison", "validation")}
    assert {key.split(".")[0] for key in changed["metrics/validation.json"]} == {"finetuned"}
    old, new = (
        json.loads(compared.run("git", "show", f"{commit(compared, name)}:metrics/finetuned.json").stdout)["log_loss"]
        for name in ("frozen", "gentle")
    )
    assert changed["metrics/finetuned.json"]["log_loss"] == {"old": old, "new": new, "diff": new - old}
    for name in ("lite1", "reseeded"):
        assert {"metrics/head.json", "metrics/finetuned.json"} <= set(diff(compared, "metrics", "HEAD", name))
    shown = compared.run("dvc", "metrics", "show").stdout
    loss = json.loads((compared.folder / "metrics/head.json").read_text())["log_loss"]
    assert "metrics/head.json" in shown and f"{loss:.5f}".rstrip("0") in shown


def test_plots_diff(compared, tmp_path):
    done = compared.run("dvc", "plots", "diff", "frozen", "gentle", "--out", str(tmp_path / "shown"))
    assert str(tmp_path / "shown" / "index.html") in done.stdout
    page = (tmp_path / "shown" / "index.html").read_text()
    for title in ("Validation accuracy by epoch", "Confusion of finetuned", "ROC", "Calibration"):
        assert title in page
    drawn = json.loads(compared.run("dvc", "plots", "diff", "frozen", "gentle", "--json", "--split").stdout)
    assert drawn.get("errors", []) == []
    curve = json.loads(json.dumps(drawn["data"]["Validation log-loss by epoch"]))
    assert {revision for plot in curve for revision in plot["revisions"]} == {"frozen", "gentle"}


def test_exp_show(compared):
    rows = table(compared.run("dvc", "exp", "show", "--csv", "--only-changed").stdout)
    assert {"finetune.epochs", "finetune.learning_rate", "backbone.name", "seed.data"} <= set(rows[0])
    named = {row["Experiment"]: row for row in rows}
    assert set(QUEUED) <= set(named)
    assert named["gentle"]["finetune.epochs"] == "2" and named["lite1"]["backbone.name"] == "efficientnet_lite1"
    assert named["reseeded"]["seed.data"] == "8" and named["frozen"]["seed.data"] == "7"
