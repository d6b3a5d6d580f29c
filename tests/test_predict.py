"""Using a model: the digits of evaluate, whatever is broken passed over and named, exports that agree with Keras."""

import csv
import json
import os
import shutil
import sys
import zipfile
from importlib.util import find_spec
from pathlib import Path

import pytest

from transfer.commands.export import TOLERANCE
from transfer.commands.predict import SOME_UNREADABLE


@pytest.fixture(scope="module")
def originals(finished, tmp_path_factory) -> Path:
    """The test split's pictures as they came, unpacked."""
    folder = tmp_path_factory.mktemp("originals")
    for archive in (finished.folder / "data/raw/test").iterdir():
        zipfile.ZipFile(archive).extractall(folder / "test")
    return folder


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
    done = finished.stage(
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


@pytest.mark.slow
@pytest.mark.parametrize(
    "kind, packages", [("saved_model", []), ("onnx", ["tf2onnx", "onnxruntime"]), ("tflite", ["ai_edge_litert"])]
)
def test_an_export_agrees_with_keras(finished, originals, kind, packages):
    missing = [package for package in packages if find_spec(package) is None]
    if missing:
        done = finished.transfer("export", kind, code=2)
        assert f"error: {kind} needs {' and '.join(missing)}; `make repro EXTRAS=export`" in done.stderr
        assert not (finished.folder / f"exports/finetuned/{kind}").exists()
        pytest.skip(f"{', '.join(missing)} is not installed")
    done = finished.transfer("export", kind, "--model", "head", *([str(originals)] if packages else []))
    assert done.stdout.startswith(f"exports/head/{kind}: ") and "on 8 pictures" in done.stdout
    about = json.loads((finished.folder / f"exports/head/{kind}/model.json").read_text())
    assert about["classes"] == ["cats", "dogs"] and about["gives"] == "P(dogs)" and about["size"] == 64
    # Without this project, a process that only has the file: the same P as in predictions.csv.
    code = f"""
import numpy as np, sys
from PIL import Image
from transfer.dataset.pictures import prepare
from transfer.network.inference.exporting import FORMATS, load_exported
from io import BytesIO
from pathlib import Path
call = load_exported(Path("exports/head/{kind}") / FORMATS["{kind}"].name, "{kind}")
for path in sys.argv[1:]:
    jpeg = prepare(Path(path).read_bytes(), 64, 1, 10**8).jpeg
    print(float(call(np.asarray(Image.open(BytesIO(jpeg)), np.float32)[None])[0, 0]))
"""
    expected = {row["file"]: float(row["probability"]) for row in rows(finished.folder / "plots/head/predictions.csv")}
    said = finished.run(sys.executable, "-c", code, *(str(originals / file) for file in expected)).stdout
    apart = [abs(float(p) - q) for p, q in zip(said.split(), expected.values(), strict=True)]
    assert max(apart) <= TOLERANCE
