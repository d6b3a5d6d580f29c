"""Corrections by hand go through the whole pipeline, and the report has the test figures before and after them."""

import csv
import json

import pytest


@pytest.mark.slow
def test_a_correction_runs_the_pipeline_again_and_is_reported(again):
    assert not (again.folder / "metrics/labels.json").exists()
    with (again.folder / "data/prepared/manifest.csv").open() as file:
        tested = [row for row in csv.DictReader(file) if row["split"] == "test"]
    cat, other = [row for row in tested if row["label"] == "cats"][:2]
    with (again.folder / "data/corrections.csv").open("a") as file:
        file.write(f"{cat['id']},{cat['file']},relabel,dogs,seen\n{other['id']},,drop,,\n")
    assert "preprocess" in again.run("dvc", "status").stdout
    again.run("dvc", "repro")
    counts = json.loads((again.folder / "metrics/data.json").read_text())["corrections"]
    assert counts == {"test": {"relabel": 1, "drop": 1, "keep": 0}, "all": 2}
    found = json.loads((again.folder / "metrics/labels.json").read_text())
    assert (found["relabelled"], found["dropped"], found["added"]) == (1, 1, 0)
    for model in ("head", "finetuned"):
        accuracy = json.loads((again.folder / f"metrics/{model}.json").read_text())["accuracy"]
        assert found[model]["accuracy_after"] == accuracy
        assert (found[model]["n_before"], found[model]["n_after"]) == (8, 7)
    page = (again.folder / "reports/index.html").read_text()
    assert "count otherwise than as they came: 2. With another class: 1; left out: 1;" in page
    again.run("dvc", "repro")
    assert "up to date" in again.run("dvc", "status").stdout
