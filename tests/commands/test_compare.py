"""compare: two experiments, model against model, on the same test pictures."""

import json
import re
import shutil

import pytest

from tests.commands.experiments import commit, diff
from tests.conftest import Project

pytestmark = pytest.mark.slow


def test_two_experiments_are_compared_picture_by_picture(compared):
    said = compared.transfer("compare", "frozen", "gentle").stdout
    changed = diff(compared, "metrics", "frozen", "gentle")["metrics/finetuned.json"]["log_loss"]
    apart = re.escape(f"{changed['diff']:+.4f}")
    assert re.search(
        rf"^log-loss +{changed['old']:.4f} +{changed['new']:.4f} +{apart} +[+-]\S+ to [+-]\S+$",
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
    assert (
        "HEAD and workspace were tested with different labels: 1 pictures changed class, such as test/" in done.stderr
    )
    predictions.write_text(text)
    project.set(**{"data.positive_class": "cats"})
    assert "HEAD gives P(dogs), workspace P(cats); " in project.transfer("compare", "HEAD", code=2).stderr
