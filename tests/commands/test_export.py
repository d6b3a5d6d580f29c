"""export: what another runtime is given agrees with Keras."""

import csv
import json
import sys
from importlib.util import find_spec

import numpy as np
import pytest

from tests.conftest import Project
from tests.dataset.samples import jpeg
from transfer.commands.export import TOLERANCE


def test_three_classes_come_out_in_the_order_of_their_names(project: Project, three_classes):
    (project.folder / "one.jpg").write_bytes(jpeg("cats", 0))
    done = project.transfer("export", "saved_model", "one.jpg", "--model", str(three_classes))
    assert done.stdout.startswith("exports/flowers/saved_model: ") and "on 1 pictures" in done.stdout
    about = json.loads((project.folder / "exports/flowers/saved_model/model.json").read_text())
    assert about == {
        "classes": ["roses", "tulips", "weeds"],
        "takes": "RGB, 0 to 255, float32",
        "size": 32,
        "gives": "P of each class, in the order of classes",
    }


@pytest.mark.slow
@pytest.mark.parametrize(
    "kind, packages", [("saved_model", []), ("onnx", ["tf2onnx", "onnxruntime"]), ("tflite", ["ai_edge_litert"])]
)
def test_an_export_agrees_with_keras(finished, originals, kind, packages):
    missing = [package for package in packages if find_spec(package) is None]
    if missing:
        done = finished.transfer("export", kind, code=2)
        assert f"error: {kind} needs {' and '.join(missing)}; `make repro EXTRAS=export`" in done.stderr
        assert not list(finished.folder.glob(f"exports/*/{kind}"))
        pytest.skip(f"{', '.join(missing)} is not installed")
    done = finished.transfer("export", kind, "--model", "head", *([str(originals)] if packages else []))
    assert done.stdout.startswith(f"exports/head/{kind}: ") and "on 8 pictures" in done.stdout
    about = json.loads((finished.folder / f"exports/head/{kind}/model.json").read_text())
    assert about["classes"] == ["cats", "dogs"] and about["gives"] == "P(dogs)" and about["size"] == 64
    assert about["threshold"] == 0.5
    assert list(about["unsure"]) == ["ambiguous", *(["unlike the training pictures"] if kind == "onnx" else [])]
    usual = np.load(finished.folder / "models/head/unsure.npz")
    if kind == "onnx":
        assert about["unsure"]["unlike the training pictures"]["farthest"] == usual["distances"][-1]
    assert about["unsure"]["ambiguous"]["least"] == 0  # so few validation pictures vouch for no coverage
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
    with (finished.folder / "plots/head/predictions.csv").open(newline="") as table:
        expected = {row["file"]: float(row["probability"]) for row in csv.DictReader(table)}
    said = finished.run(sys.executable, "-c", code, *(str(originals / file) for file in expected)).stdout
    apart = [abs(float(p) - q) for p, q in zip(said.split(), expected.values(), strict=True)]
    assert max(apart) <= TOLERANCE
