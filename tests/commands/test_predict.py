"""predict: the digits of evaluate, and whatever cannot be read is passed over and named."""

import csv
import os
import shutil
from pathlib import Path

import pytest

from transfer.commands.predict import SOME_UNREADABLE


def rows(path: Path) -> list[dict]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.slow
def test_the_test_split_gets_the_digits_of_predictions_csv(finished, originals, tmp_path):
    done = finished.transfer("predict", str(originals), "--csv", str(tmp_path / "out.csv"))
    got = {row["file"].removeprefix(f"{originals}/"): row for row in rows(tmp_path / "out.csv")}
    expected = {row["file"]: row for row in rows(finished.folder / "plots/finetuned/predictions.csv")}
    assert got.keys() == expected.keys() and len(got) == 8
    for file, row in expected.items():
        assert [got[file][key] for key in ("id", "predicted", "probability")] == [
            row[key] for key in ("id", "predicted", "probability")
        ], file
    lines = done.stdout.splitlines()
    assert len(lines) == 8
    one = rows(tmp_path / "out.csv")[3]
    assert lines[3] == f"{one['file']}: {one['predicted']}, P(dogs) = {float(one['probability']):.4f}"


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
