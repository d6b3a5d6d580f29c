"""predict: the digits of evaluate, and whatever cannot be read is passed over and named."""

import csv
import json
import os
import re
import shutil
from pathlib import Path

import numpy as np
import pytest
from scipy.spatial.distance import cdist

from tests.conftest import Project
from tests.dataset.samples import jpeg
from transfer.analysis.predictions import Predictions
from transfer.analysis.threshold import choose_threshold
from transfer.classes import Classes
from transfer.commands.predict import SOME_UNREADABLE, call_class


def rows(path: Path) -> list[dict]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.slow
def test_the_test_split_gets_the_digits_of_predictions_csv(finished, originals, tmp_path):
    done = finished.transfer("predict", str(originals), "--csv", str(tmp_path / "out.csv"))
    got = {row["file"].removeprefix(f"{originals}/"): row for row in rows(tmp_path / "out.csv")}
    model = json.loads((finished.folder / "metrics/comparison.json").read_text())["recommended"]
    assert done.stderr.splitlines()[0].startswith(f"model: models/{model}/model.keras (recommended by the verdict; ")
    expected = {row["file"]: row for row in rows(finished.folder / f"plots/{model}/predictions.csv")}
    assert got.keys() == expected.keys() and len(got) == 8
    for file, row in expected.items():
        assert [got[file][key] for key in ("id", "predicted", "probability")] == [
            row[key] for key in ("id", "predicted", "probability")
        ], file
    lines = done.stdout.splitlines()
    assert len(lines) == 8
    # So few validation pictures vouch for nothing, but for a coverage that they can bear.
    assert {row["unsure"] for row in got.values()} <= {"ambiguous", "unlike the training pictures"}
    note = r"note: \d validation pictures cannot vouch for predict\.coverage 0\.95, which takes 19, so every"
    assert re.search(note, done.stderr)
    one = rows(tmp_path / "out.csv")[3]
    assert (
        lines[3] == f"{one['file']}: {one['predicted']}, P(dogs) = {float(one['probability']):.4f}; unsure: ambiguous"
    )


@pytest.mark.slow
def test_what_cannot_be_read_is_named_and_the_rest_is_called(finished, originals, tmp_path):
    """With a model file as a colleague gets it: alone, and out of the project."""
    good = sorted(path for path in originals.rglob("*") if path.is_file())[0]
    folder = tmp_path / "mine"
    (folder / "deeper" / ".hidden").mkdir(parents=True)
    for name in ("a.jpg", "deeper/z.png", "deeper/.hidden/not looked at.jpg", ".DS_Store"):
        shutil.copyfile(good, folder / name)
    (folder / "b.jpg").write_bytes(good.read_bytes()[:-200])
    (folder / "deeper/note.txt").write_text("no picture")
    (folder / "gone.jpg").symlink_to("nowhere")
    os.mkfifo(folder / "pipe.jpg")
    (folder / "line\nbreak.jpg").write_bytes(b"")
    shutil.copyfile(finished.folder / "models/head/model.keras", tmp_path / "theirs.keras")
    done = finished.transfer(
        "predict",
        str(folder),
        str(good),
        "--model",
        str(tmp_path / "theirs.keras"),
        "--csv",
        str(tmp_path / "out.csv"),
        code=SOME_UNREADABLE,
    )
    got = {row["file"].removeprefix(f"{folder}/"): row for row in rows(tmp_path / "out.csv")}
    problems = {name: row["problem"].split(":")[0] for name, row in got.items() if row["problem"]}
    assert problems == {
        "b.jpg": "truncated",
        "gone.jpg": "unreadable",
        "line\\nbreak.jpg": "empty",
        "pipe.jpg": "unreadable",
        "deeper/note.txt": "undecodable",
    }
    assert got.keys() - problems == {"a.jpg", "deeper/z.png", str(good)}
    assert len({row["probability"] for row in got.values() if not row["problem"]}) == 1
    assert len(done.stdout.splitlines()) == 3
    assert f"{folder}/b.jpg: passed over, truncated: " in done.stderr
    assert done.stderr.splitlines()[-1] == "5 of 8 files were passed over; the reasons are above."


@pytest.mark.parametrize(
    "classes, probabilities, expected",
    [
        (Classes(("cats", "dogs"), "dogs"), [0.4, 0.6], ("dogs", 0.6, "dogs, P(dogs) = 0.6000")),
        (Classes(("cats", "dogs"), "dogs"), [0.5, 0.5], ("cats", 0.5, "cats, P(dogs) = 0.5000")),  # below 0.55
        (Classes(("cats", "dogs")), [0.48, 0.52], ("dogs", 0.52, "dogs 0.5200, cats 0.4800")),
        (Classes(tuple("abcd")), [0.1, 0.2, 0.65, 0.05], ("c", 0.65, "c 0.6500, b 0.2000, a 0.1000")),
        (Classes(tuple("abcd")), [0.3, 0.1, 0.3, 0.3], ("a", 0.3, "a 0.3000, c 0.3000, d 0.3000")),
    ],
)
def test_one_picture_is_called_as_in_evaluate(classes, probabilities, expected):
    predicted, probability, words = call_class(np.float32(probabilities), classes, 0.55)
    assert (predicted, probability, words) == (expected[0], np.float32(expected[1]), expected[2])


def test_three_classes_as_probabilities_of_the_likeliest_and_in_columns_of_their_own(project: Project, three_classes):
    """With a model file as a colleague gets it, in a project in which nothing has run."""
    folder = project.folder / "mine"
    folder.mkdir()
    for index in range(3):
        (folder / f"{index}.jpg").write_bytes(jpeg("cats", index))
    (folder / "3.jpg").write_bytes(b"no picture")
    given = ("predict", "mine", "--model", str(three_classes), "--csv", "out.csv")
    done = project.transfer(*given, "--all-classes", code=SOME_UNREADABLE)
    table, names = rows(project.folder / "out.csv"), ("roses", "tulips", "weeds")
    assert list(table[0]) == [
        "id",
        "file",
        "predicted",
        "probability",
        "problem",
        "unsure",
        *(f"P({name})" for name in names),
    ]
    assert len(done.stdout.splitlines()) == 3
    for row, line in zip(table, done.stdout.splitlines(), strict=False):
        probabilities = {name: float(row[f"P({name})"]) for name in names}
        assert sum(probabilities.values()) == pytest.approx(1, abs=1e-5)
        ordered = sorted(names, key=probabilities.get, reverse=True)
        assert row["predicted"] == ordered[0] and row["probability"] == row[f"P({ordered[0]})"]
        assert line == f"{row['file']}: {', '.join(f'{name} {probabilities[name]:.4f}' for name in ordered)}"
    assert {row["unsure"] for row in table} == {""}  # the file came alone
    assert table[3]["problem"] and [table[3][f"P({name})"] for name in names] == ["", "", ""]
    project.transfer(*given, code=SOME_UNREADABLE)
    assert list(rows(project.folder / "out.csv")[0]) == list(table[0])[:6]


@pytest.mark.slow
def test_a_picture_is_unsure_where_a_cut_off_is_passed(again, originals):
    """By the features of the stage and SciPy's cosine, for cut-offs that few validation pictures can bear."""
    again.set(**{"predict.coverage": 0.5, "predict.false_alarms": 0.2})
    done = again.transfer("predict", str(originals), "--model", "head", "--csv", "out.csv", "--all-classes")
    assert "cannot vouch" not in done.stderr
    usual = np.load(again.folder / "models/head/unsure.npz")
    count = len(usual["probabilities"])
    least, farthest = usual["probabilities"][(count + 1) // 2 - 1], usual["distances"][-max(1, (count + 1) // 5)]
    features = np.load(again.folder / "data/features/test.npy")
    distances = cdist(features, usual["references"], "cosine").min(axis=1)
    ids = [row["id"] for row in rows(again.folder / "data/prepared/manifest.csv") if row["split"] == "test"]
    far = dict(zip(ids, distances > farthest, strict=True))
    for row, line in zip(rows(again.folder / "out.csv"), done.stdout.splitlines(), strict=True):
        likely = sum(np.float32(row[f"P({name})"]) >= least for name in ("cats", "dogs"))
        expected = "unlike the training pictures" if far[row["id"]] else "" if likely == 1 else "ambiguous"
        assert row["unsure"] == expected
        assert line.partition("; unsure: ")[2] == expected


def test_columns_need_a_table(project: Project, three_classes):
    given = ("predict", "params.yaml", "--model", str(three_classes), "--all-classes")
    assert (
        "--all-classes adds columns to a table; name the table with --csv too."
        in project.transfer(*given, code=2).stderr
    )


@pytest.mark.parametrize(
    "arguments, said",
    [
        ([], "the following arguments are required: PATH"),
        (["params.yaml", "nowhere/"], "nowhere is not there; name pictures, or folders of them."),
        (["EMPTY"], "there is no file in EMPTY; name pictures, or folders of them."),
        (["params.yaml", "--model", "best"], "models/best/model.keras is not there; `dvc repro` makes"),
        (["params.yaml", "--csv", "nowhere/out.csv"], "nowhere/out.csv cannot be written: No such file or directory."),
        (["params.yaml", "dvc.yaml", "--csv", "OUT"], "none of these files is a picture that can be read."),
        (["params.yaml", "--model", "models/backbone/model.keras"], "model.keras names no classes"),
    ],
)
def test_nothing_usable_is_one_sentence_and_leaves_nothing(finished, tmp_path, arguments, said):
    (tmp_path / "empty").mkdir()
    stands_for = {"EMPTY": str(tmp_path / "empty"), "OUT": str(tmp_path / "out.csv")}
    done = finished.transfer("predict", *(stands_for.get(word, word) for word in arguments), code=2)
    last = done.stderr.splitlines()[-1]
    assert "error: " in last and said.replace("EMPTY", stands_for["EMPTY"]) in last
    assert [path.name for path in tmp_path.iterdir()] == ["empty"]


@pytest.mark.slow
def test_a_threshold_that_validation_chose_is_the_one_that_calls(again, originals, tmp_path):
    again.set(**{"evaluate.threshold": "auto", "evaluate.false_negative_cost": 40.0})
    again.run("dvc", "repro", "evaluate")
    for model in ("head", "finetuned"):
        chosen = Predictions.read(again.folder / f"plots/{model}/validation.csv", Classes.of(("cats", "dogs"), "dogs"))
        metrics = json.loads((again.folder / f"metrics/{model}.json").read_text())
        assert metrics["threshold"] == choose_threshold(chosen.actual, chosen.probability, 40.0) != 0.5
        again.transfer("predict", str(originals), "--model", model, "--csv", str(tmp_path / f"{model}.csv"))
        for row in rows(tmp_path / f"{model}.csv"):
            assert row["predicted"] == ("dogs" if float(row["probability"]) >= metrics["threshold"] else "cats")
    page = (again.folder / "reports/index.html").read_text()
    assert "each missed dogs costs 40 times as much as each false one" in page
    (again.folder / "metrics/head.json").unlink()
    done = again.transfer("predict", str(originals), "--model", "head", code=2)
    assert done.stderr.splitlines()[-1] == (
        "error: evaluate.threshold is auto, and metrics/head.json does not say which it is; "
        "run `dvc repro`, or give a number."
    )
