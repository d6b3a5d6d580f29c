"""compare and sweep on runs of two and of many classes: what they read stands in Git, and is made up here."""

import json
import subprocess

import numpy as np
import pytest
import yaml

from tests.analysis.made import predictions, probabilities, shares
from transfer import __main__ as transfer
from transfer.analysis import paired
from transfer.analysis.metrics import measure
from transfer.analysis.per_class import per_class, write_per_class
from transfer.classes import Classes

MANY = Classes(("bees", "cows", "ants"))  # as data.classes might list them
PETS = Classes(("cats", "dogs"), "dogs")
ACTUAL = np.arange(60) % 3
RUNS = {  # classes, data.positive_class, what a model sees by, and whether the run wrote all that runs write today
    "many": (MANY, "auto", shares(ACTUAL, 3, 1.0, 0), True),
    "better": (Classes(("ants", "bees", "cows")), None, shares((ACTUAL + 1) % 3, 3, 5.0, 1), True),
    "others": (Classes(("ants", "bees", "wasps")), None, shares((ACTUAL + 1) % 3, 3, 1.0, 2), True),
    "old": (PETS, "dogs", probabilities(ACTUAL % 2, 1.0, 0), False),
    "pets": (PETS, "auto", probabilities(ACTUAL % 2, 2.0, 1), True),
    "cats": (Classes(("dogs", "cats"), "cats"), "cats", probabilities(1 - ACTUAL % 2, 2.0, 1), True),
    "neither": (Classes(PETS.names), None, shares(ACTUAL % 2, 2, 2.0, 3), True),
}


def made(run: str):
    classes, _, p, _ = RUNS[run]
    names = np.array(MANY.names)[ACTUAL] if len(classes) > 2 else np.array(PETS.names)[ACTUAL % 2]
    actual = [[*classes.names].index(name if name in classes.names else "wasps") for name in names]
    return predictions(actual, p, classes=classes, threshold=0.4)


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """A repository with a tag for each run."""
    folder = tmp_path_factory.mktemp("runs")

    def git(*words: str) -> None:
        subprocess.run(["git", "-c", "user.name=x", "-c", "user.email=x@localhost", *words], cwd=folder, check=True)

    git("init", "--quiet")
    subprocess.run(["dvc", "init", "--quiet"], cwd=folder, check=True)
    for name in ("metrics", "plots/finetuned"):
        (folder / name).mkdir(parents=True)
    for run, (classes, positive, _, complete) in RUNS.items():
        found = made(run)
        (folder / "params.yaml").write_text(yaml.safe_dump({"seed": 7, "data": {"positive_class": positive}}))
        counts = {"counts": {"train": dict.fromkeys(classes.names, 9)}}
        (folder / "metrics/data.json").write_text(json.dumps(counts))
        (folder / "metrics/finetuned.json").write_text(json.dumps(measure(found).to_json()))
        found.write(folder / "plots/finetuned/predictions.csv")
        (folder / "plots/finetuned/per_class.csv").unlink(missing_ok=True)
        if complete:
            write_per_class(folder / "plots/finetuned/per_class.csv", per_class(found))
        git("add", "--all")
        git("commit", "--quiet", "--message", run)
        git("tag", run)
    return folder


@pytest.fixture
def said(runs, monkeypatch, capsys):
    monkeypatch.chdir(runs)

    def run(*words: str, code: int = 0) -> str:
        assert transfer.main([*words]) == code
        return "".join(capsys.readouterr())

    return run


def test_many_classes_are_compared_whatever_their_order(said):
    text = " ".join(said("compare", "many", "better").split())
    first, second = made("many"), made("better")
    expected = paired.compare(first, predictions(ACTUAL, second.probabilities[:, [1, 2, 0]], classes=MANY), 7)
    ends = expected.log_loss.interval
    change = f"{expected.log_loss.value:+.4f} {ends.low:+.4f} to {ends.high:+.4f}"
    assert f"log-loss {measure(first).log_loss:.4f} {measure(second).log_loss:.4f} {change}" in text
    assert "Verdict: better is more accurate than many" in text
    assert "better finds more of these classes than many" in text and "ROC" not in text
    row = next(row for row in range(60) if second.right[row] and not first.right[row])
    values = (f"{one.actual_probability[row]:.3f}" for one in (first, second))
    assert f"{first.files[row]} {first.actual_names[row]} {' -> '.join(values)} id" in text


def test_a_run_of_old_is_compared_with_one_of_today(said):
    first, second = measure(made("old")), measure(made("pets"))
    text = " ".join(said("compare", "old", "pets").split())
    assert f"accuracy {first.accuracy:.4f} {second.accuracy:.4f}" in text
    assert f"ROC AUC {first.roc_auc:.4f} {second.roc_auc:.4f}" in text and "(P(dogs): old -> pets)" in text


@pytest.mark.parametrize(
    ("first", "second", "sentence"),
    [
        ("many", "others", "different classes: only many has cows; only others has wasps; "),
        ("old", "many", "different classes: only old has cats, dogs; only many has ants, bees, cows; "),
        ("old", "cats", "old gives P(dogs), cats P(cats); "),
        ("neither", "pets", "neither gives the probability of each class, pets P(dogs); "),
    ],
)
def test_what_differs_is_said_in_a_sentence(said, first, second, sentence):
    assert sentence in said("compare", first, second, code=2)
    assert sentence in said("sweep", first, second, code=2)


def test_runs_of_many_classes_are_summarised(said):
    found = [measure(made(run)) for run in ("many", "better")]
    text = " ".join(said("sweep", "many", "better").split())
    for label, key in (("balanced accuracy", "balanced_accuracy"), ("ROC AUC, macro", "roc_auc_ovr")):
        values = [getattr(one, key) for one in found]
        deviation = abs(values[0] - values[1]) / 2**0.5
        numbers = (sum(values) / 2, deviation, min(values), max(values))
        assert f"{label} {' '.join(f'{number:.4f}' for number in numbers)}" in text
