"""review: every picture is listed, a wrong label first, and the report counts as it was."""

import csv
import json
import re
import shutil

import pytest

from tests.dataset.samples import fill
from tests.in_process import use_local


def listed(project) -> list[dict]:
    with (project.folder / "reports/review.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.mark.slow
def test_every_picture_is_listed_once_and_the_run_counts_as_it_was(again):
    done = again.transfer("review", "--show", "5")
    with (again.folder / "data/prepared/manifest.csv").open() as file:
        manifest = {row["id"]: row for row in csv.DictReader(file)}
    table = listed(again)
    assert list(table[0]) == ["id", "file", "split", "label", "suggested", "score", "kind"]
    assert {row["id"] for row in table} == manifest.keys() and len(table) == len(manifest)
    for row in table:
        assert all(row[key] == manifest[row["id"]][key] for key in ("file", "split", "label"))
        assert 0 <= float(row["score"]) <= 1
    page = (again.folder / "reports/review.html").read_text()
    data = json.loads(re.search(r'id="data">(.*)</script>', page)[1])
    assert [suspect["id"] for suspect in data["suspects"]] == [row["id"] for row in table[:5]]
    assert all(other in data["pictures"] for suspect in data["suspects"] for other in suspect["beside"].values())
    assert "look at them: reports/review.html" in done.stdout
    assert "up to date" in again.run("dvc", "status").stdout
    before = again.files("reports")
    again.transfer("review", "--show", "5")
    assert again.files("reports") == before


@pytest.mark.slow
def test_wrong_labels_come_first_until_they_are_looked_at(project, tmp_path):
    """With a pre-trained backbone: features of one with random weights tell no cat from a dog."""
    train, test = fill(tmp_path / "train", 40), fill(tmp_path / "test", 6, first=100)
    shutil.move(train / "cats/cat.3.jpg", train / "dogs")
    use_local(project, train, test)
    project.set(**{"backbone.weights": "imagenet", "image.size": 128, "head.epochs": 300})
    project.run("dvc", "repro", "train-head")
    project.transfer("review")
    table = listed(project)
    wrong = {"train/dogs/cat.3.jpg"}
    first = [row for row in table[:8] if row["file"] in wrong]
    assert {row["file"] for row in first} == wrong
    assert {(row["label"], row["suggested"], row["kind"]) for row in first} == {("dogs", "cats", "label")}
    with (project.folder / "data/corrections.csv").open("a") as file:
        file.writelines(f"{row['id']},{row['file']},relabel,cats,\n" for row in first)
    project.run("dvc", "repro", "train-head")
    project.transfer("review")
    last = listed(project)[-1:]
    assert {row["file"] for row in last} == wrong and {(row["label"], row["kind"]) for row in last} == {("cats", "")}


@pytest.mark.parametrize(
    "lost, said",
    [
        ("data/prepared/manifest.csv", "data/prepared/manifest.csv is not there; `dvc repro preprocess` makes it"),
        ("data/features/test.npy", "data/features/test.npy is not there; `dvc repro` makes it"),
        ("models/head/head.npz", "models/head/head.npz is not there; `dvc repro train-head` makes it"),
    ],
)
def test_what_is_not_there_is_one_sentence(again, lost, said):
    (again.folder / lost).unlink()
    done = again.transfer("review", code=2)
    assert done.stderr.splitlines()[-1].startswith(f"error: {said}")
    assert not (again.folder / "reports/review.csv").exists()


def test_at_least_one_picture_is_shown(project):
    assert "error: --show is 0; show one picture at least." in project.transfer("review", "--show", "0", code=2).stderr
