"""What transfer gave: the stages that are there only where they are asked for."""

import json

import pytest

from tests.pipeline.repro import OUTPUTS, UP_TO_DATE, ran, table


@pytest.mark.slow
def test_what_transfer_gave_is_measured_where_it_is_asked_for(again):
    plain = again.files("metrics", "plots", "models", "reports")
    assert not [name for name in plain if any(word in name for word in ("scratch", "transfer", "efficiency"))]
    asked = {"baselines": ["scratch"], "sample_efficiency.models": ["head", "finetuned"]}
    again.set(**asked)
    done = again.run("dvc", "repro")
    extra = ["baseline@scratch", "sample-efficiency@head", "sample-efficiency@finetuned"]
    assert sorted(ran(done.stdout)) == sorted([*extra, "evaluate"])

    measures = json.loads((again.folder / "metrics/transfer.json").read_text())
    assert list(measures) == ["target_log_loss", "converged", "head", "finetuned", "scratch"]
    for model in ("head", "finetuned", "scratch"):
        history = table((again.folder / f"plots/{model}/history.csv").read_text())
        initial = None if model == "finetuned" else float(history[0]["val_accuracy"])
        assert measures[model]["initial_accuracy"] == initial
        metrics = json.loads((again.folder / f"metrics/{model}.json").read_text())
        assert measures[model]["final_accuracy"] == metrics["accuracy"]
    for model in ("head", "finetuned"):
        rows = table((again.folder / f"plots/sample_efficiency/{model}.csv").read_text())
        assert [row["pictures_per_class"] for row in rows[:-1]] == ["4"]
        # All pictures: the very model, but for where its test pictures' features were computed.
        metrics = json.loads((again.folder / f"metrics/{model}.json").read_text())
        assert float(rows[-1]["log_loss"]) == pytest.approx(metrics["log_loss"], abs=1e-5)
    page = (again.folder / "reports/index.html").read_text()
    assert 'id="transfer"' in page and 'id="efficiency"' in page and "From scratch" in page
    shown = again.run("dvc", "plots", "show", "--out", "shown")
    assert "failed" not in shown.stdout + shown.stderr
    page = (again.folder / "shown" / "index.html").read_text()
    assert "learning_curves.csv::scratch" in page and "sample_efficiency" in page
    assert "transfer.json" in again.run("dvc", "metrics", "show").stdout

    again.run("git", "add", "-A")
    before = again.files(*OUTPUTS)
    assert len(ran(again.run("dvc", "repro", "--force", "--single-item", *extra, "evaluate").stdout)) == 4
    assert before == again.files(*OUTPUTS)
    again.run("git", "diff", "--exit-code")

    # Not asked for any more: nothing of it is left, in the results or in what evaluate records as read.
    again.set(**{name: [] for name in asked})
    assert ran(again.run("dvc", "repro").stdout) == ["evaluate"]
    assert again.files("metrics", "plots", "models", "reports") == plain
    assert UP_TO_DATE in again.run("dvc", "status").stdout
