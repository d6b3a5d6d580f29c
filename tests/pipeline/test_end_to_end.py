"""The real `dvc repro`, in a real clone, on pictures few and small enough.

That everything forced gives the same bytes, in real processes, is what test_verify.py of sharing/ holds.
"""

import json

import yaml

from tests.conftest import TINY
from tests.pipeline.repro import UP_TO_DATE, table


def test_a_run_leaves_everything_that_it_promises(finished):
    for model in ("head", "finetuned"):
        metrics = json.loads((finished.folder / f"metrics/{model}.json").read_text())
        assert metrics["n"] == sum(metrics["confusion"].values()) == TINY["data.sample.test"]
        history = table((finished.folder / f"plots/{model}/history.csv").read_text())
        assert list(history[0]) == ["epoch", "loss", "accuracy", "val_loss", "val_accuracy"]
        assert [row["epoch"] for row in history] == [str(epoch) for epoch in range(len(history))]
        predictions = table((finished.folder / f"plots/{model}/predictions.csv").read_text())
        assert len(predictions) == metrics["n"]
        right = sum(row["actual"] == row["predicted"] for row in predictions)
        assert right / len(predictions) == metrics["accuracy"]
    comparison = json.loads((finished.folder / "metrics/comparison.json").read_text())
    assert comparison["n"] == TINY["data.sample.test"]
    assert json.loads((finished.folder / "metrics/data.json").read_text())["counts"]["all"] == 32
    assert (finished.folder / "plots/results.png").stat().st_size > 5_000
    assert "\nVerdict: " in (finished.folder / "reports/results.txt").read_text()
    page = (finished.folder / "reports/index.html").read_text()
    assert "where Head looks" in page and "where Fine-tuned looks" in page
    assert (finished.folder / "reports/model_card.md").read_text().startswith("---\nlanguage: en\n")


def test_nothing_is_left_to_do_and_git_is_clean(finished):
    assert UP_TO_DATE in finished.run("dvc", "repro").stdout
    assert UP_TO_DATE in finished.run("dvc", "status").stdout
    assert finished.run("git", "status", "--porcelain").stdout == ""
    partial = [path for path in finished.folder.rglob("*.partial") if ".dvc" not in path.parts]
    assert not partial


def test_what_a_stage_has_under_way_is_no_change(again):
    """evaluate depends on all of models/, where others write beside their outputs."""
    for name in ("models/.finetuned.partial/model.keras", "models/sample_efficiency/.head.csv.partial"):
        path = again.folder / name
        path.parent.mkdir(parents=True)
        path.write_text("half")
    assert UP_TO_DATE in again.run("dvc", "status", "evaluate").stdout


def test_dvc_shows_each_description(finished):
    shown = finished.run("dvc", "stage", "list").stdout
    for name, stage in yaml.safe_load((finished.folder / "dvc.yaml").read_text())["stages"].items():
        # Stages over a list that is shipped empty are there only where asked for.
        assert stage["desc"] and (name in shown and stage["desc"][:20] in shown) == ("matrix" not in stage)
