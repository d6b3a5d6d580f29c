"""Experiments side by side: DVC's own commands, the paired comparison and the sweep, over one queue of experiments."""

import json
import re
import shutil
import time

import pytest

from tests.conftest import Project
from tests.pipeline.repro import table
from tests.repository.documents import assert_line_printed, commands

pytestmark = pytest.mark.slow

QUEUED = {  # the first two are those of docs/experiments.md
    "frozen": ["finetune.epochs=0"],
    "gentle": ["finetune.learning_rate=1e-5", "finetune.epochs=2"],
    "lite1": ["backbone.name=efficientnet_lite1", "finetune.epochs=0"],
    "reseeded": ["seed=8"],
}


@pytest.fixture(scope="module")
def compared(finished, tmp_path_factory) -> Project:
    """The tiny project that has run, and four experiments on it that ran through DVC's queue."""
    folder = tmp_path_factory.mktemp("compared") / "project"
    shutil.copytree(finished.folder, folder, symlinks=True)
    project = Project(folder)
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
    yield project
    project.run("dvc", "queue", "stop", "--kill")


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


def diff(project: Project, what: str, *words: str) -> dict:
    return json.loads(project.run("dvc", what, "diff", *words, "--json").stdout)


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
    assert diff(compared, "params", "HEAD", "reseeded")["params.yaml"] == {"seed": {"old": 7, "new": 8, "diff": 1}}
    shown = compared.run("dvc", "params", "diff", "HEAD", "lite1", "--md").stdout
    assert "| backbone.name   | efficientnet_lite0 | efficientnet_lite1 |" in shown


def test_metrics_diff_and_show(compared):
    """With and without fine-tuning only the fine-tuned model differs; another backbone or seed changes both."""
    changed = diff(compared, "metrics", "frozen", "gentle")
    assert set(changed) == {"metrics/finetuned.json", "metrics/comparison.json"}
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
    assert {"finetune.epochs", "finetune.learning_rate", "backbone.name", "seed"} <= set(rows[0])
    named = {row["Experiment"]: row for row in rows}
    assert set(QUEUED) <= set(named)
    assert named["gentle"]["finetune.epochs"] == "2" and named["lite1"]["backbone.name"] == "efficientnet_lite1"
    assert named["reseeded"]["seed"] == "8" and named["frozen"]["seed"] == "7"


def commit(project: Project, experiment: str) -> str:
    named = project.run("git", "for-each-ref", "--format=%(objectname)", f"refs/exps/*/*/{experiment}").stdout.split()
    return named[-1]


def test_two_experiments_are_compared_picture_by_picture(compared):
    said = compared.transfer("compare", "frozen", "gentle").stdout
    changed = diff(compared, "metrics", "frozen", "gentle")["metrics/finetuned.json"]["log_loss"]
    assert re.search(
        rf"^log-loss +{changed['old']:.4f} +{changed['new']:.4f} +{changed['diff']:+.4f} +[+-]\S+ to [+-]\S+$",
        said,
        re.MULTILINE,
    )
    assert "Verdict: No difference in accuracy is shown between frozen and gentle" in said
    # Two backbones: the pictures that the table says only one gets right are those that are listed.
    said = compared.transfer("compare", "HEAD", "lite1:head").stdout
    lost, won = re.search(r"(\d+) only by HEAD, (\d+) only by lite1:head", said).groups()
    assert len(re.findall(r"^  test/\S+  (?:cats|dogs)  0\.\d{3} -> 0\.\d{3}  id \w{16}$", said, re.MULTILINE)) == int(
        lost
    ) + int(won)


def test_two_models_of_one_run_come_out_as_in_its_metrics(compared):
    said = compared.transfer("compare", "gentle:head", "gentle:finetuned").stdout
    recorded = json.loads(compared.run("git", "show", f"{commit(compared, 'gentle')}:metrics/comparison.json").stdout)
    for measure in ("accuracy", "log_loss", "roc_auc"):
        low, value, high = (recorded[f"{measure}_difference{end}"] for end in ("_low", "", "_high"))
        assert f"{value:+.4f} {low:+.4f} to {high:+.4f}" in " ".join(said.split())


def test_the_workspace_is_what_is_compared_where_one_is_left_out(compared):
    assert " workspace  difference" in compared.transfer("compare", "HEAD:head").stdout


@pytest.mark.parametrize(
    "words, said",
    [
        (["nosuch"], "'nosuch' is no commit, branch, tag or experiment here; "),
        (["HEAD:scratch"], "HEAD has no predictions of a model 'scratch'; those it has: head, finetuned."),
        (["HEAD", "HEAD"], "HEAD would be compared with itself; "),
        # Another seed draws other pictures.
        (["HEAD", "reseeded"], "HEAD and reseeded were tested on different pictures: 8 only in HEAD, such as test/"),
    ],
)
def test_what_cannot_be_compared_is_said_in_a_sentence(compared, words, said):
    done = compared.transfer("compare", *words, code=2)
    assert done.stderr.startswith(f"error: {said}") and len(done.stderr.splitlines()) == 1


def test_other_labels_and_another_positive_class_are_refused(compared, tmp_path):
    shutil.copytree(compared.folder, tmp_path / "project", symlinks=True)
    project = Project(tmp_path / "project")
    predictions = project.folder / "plots/finetuned/predictions.csv"
    text = predictions.read_text()
    predictions.write_text(re.sub(r"(\.jpg),cats", r"\1,dogs", text, count=1))
    done = project.transfer("compare", "HEAD", code=2)
    said = "HEAD and workspace were tested with different labels: 1 pictures changed class, such as test/"
    assert said in done.stderr
    predictions.write_text(text)
    project.set(**{"data.positive_class": "cats"})
    assert "HEAD gives P(dogs), workspace P(cats); " in project.transfer("compare", "HEAD", code=2).stderr


def test_a_sweep_reports_what_failed_and_summarises_the_rest(compared):
    done = compared.transfer("sweep", "--seeds", "7", "8", "-1", "--jobs", "2", code=2)
    assert done.stderr.splitlines()[-1] == (
        "error: 1 of 3 experiments failed: seed--1; `dvc queue logs seed--1` says why."
    )
    assert "seed should be" in compared.run("dvc", "queue", "logs", "seed--1").stdout
    losses = [
        json.loads(compared.run("git", "show", f"{name}:metrics/head.json").stdout)["log_loss"]
        for name in ("HEAD", commit(compared, "reseeded"))
    ]
    mean, low, high = sum(losses) / 2, min(losses), max(losses)
    deviation = (high - low) / 2**0.5
    head = done.stdout.split("finetuned, 2 runs")[0]
    assert "over seed-7, seed-8:" in head and "head, 2 runs" in head
    assert re.search(rf"log-loss +{mean:.4f} +{deviation:.4f} +{low:.4f} +{high:.4f}", head)
    # What is there is not run again; a summary of revisions is the same one.
    again = compared.transfer("sweep", "--seeds", "7", "8")
    assert again.stderr == "" and again.stdout == done.stdout
    assert compared.transfer("sweep", "HEAD", "reseeded").stdout == done.stdout.replace(
        "over seed-7, seed-8:", "over HEAD, reseeded:"
    )
    compared.set(**{"finetune.epochs": 0})
    assert "a sweep runs what is committed; " in compared.transfer("sweep", "--seeds", "7", code=2).stderr
    compared.run("git", "checkout", "params.yaml")
    assert "there is nothing to summarise; " in compared.transfer("sweep", code=2).stderr
