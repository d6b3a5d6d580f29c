"""The real `dvc repro`, in a real clone, on pictures few and small enough."""

import csv
import io
import json
import os
import signal
import subprocess
import time

import pytest
import yaml

from tests.conftest import TINY
from tests.dataset.samples import fill
from tests.in_process import use_local

UP_TO_DATE = "Data and pipelines are up to date."
OUTPUTS = ("metrics", "plots", "models", "data/raw", "data/prepared", "data/features", "reports")


def ran(output: str) -> list[str]:
    """The stages that a `dvc repro` ran."""
    return [line.split("'")[1] for line in output.splitlines() if line.startswith("Running stage")]


def table(text: str) -> list[dict]:
    return list(csv.DictReader(io.StringIO(text)))


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


@pytest.mark.slow
def test_everything_forced_gives_the_same_bytes(again):
    """What `finished` ran in warm processes (see tests/warm), here in real ones."""
    before = again.files(*OUTPUTS)
    done = again.cold().run("dvc", "repro", "--force")
    assert len(ran(done.stdout)) == 6
    after = again.files(*OUTPUTS)
    assert before.keys() == after.keys()
    assert [name for name in before if before[name] != after[name]] == []
    again.run("git", "diff", "--exit-code")


@pytest.mark.slow
def test_fine_tuning_that_was_stopped_goes_on_to_the_same_bytes(again):
    """Once by SIGKILL of everything, once by Ctrl-C; a checkpoint of other params is not used."""
    again.cold().set(**{"finetune.epochs": 6})
    checkpoint = again.folder / "models/.finetuned.checkpoint"

    def stop(epochs: int, how: signal.Signals) -> str:
        """Start `dvc repro`, and stop it when so many epochs, epoch 0 counted, are finished."""
        running = subprocess.Popen(
            ["dvc", "repro"],
            cwd=again.folder,
            env=again.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        saved = None
        while epochs and running.poll() is None:
            now = checkpoint.stat().st_mtime_ns if checkpoint.is_file() else None
            epochs, saved = epochs - (now != saved), now
            time.sleep(0.01)
        os.killpg(running.pid, how)
        return running.communicate()[1]

    stop(2, signal.SIGKILL)
    assert "error: finetune was interrupted; training is kept up to epoch " in stop(2, signal.SIGINT)
    done = again.run("dvc", "repro")
    assert ran(done.stdout) == ["finetune", "evaluate"]
    assert "going on after epoch" in done.stdout
    assert not checkpoint.exists()
    resumed = again.files("models", "metrics", "plots")

    again.set(**{"finetune.learning_rate": 1e-3})
    stop(2, signal.SIGKILL)
    assert checkpoint.exists()
    again.set(**{"finetune.learning_rate": 3e-4})
    done = again.run("dvc", "repro", "--force", "--single-item", "finetune")
    assert "going on after epoch" not in done.stdout
    assert again.files("models", "metrics", "plots") == resumed


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
    assert list(measures) == ["target_accuracy", "head", "finetuned", "scratch"]
    for model in ("head", "finetuned", "scratch"):
        history = table((again.folder / f"plots/{model}/history.csv").read_text())
        assert measures[model]["initial_accuracy"] == float(history[0]["val_accuracy"])
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


@pytest.mark.slow
def test_a_changed_param_reruns_what_reads_it_and_what_follows(again):
    reruns = {
        "evaluate.threshold": (0.4, ["evaluate"]),
        "finetune.crop": (0.9, ["finetune", "evaluate"]),
        "head.l2": ([0.5], ["train-head", "finetune", "evaluate"]),
    }
    for name, (value, stages) in reruns.items():
        again.set(**{name: value})
        assert ran(again.run("dvc", "repro").stdout) == stages, name
    again.set(**{"backbone.name": "efficientnet_lite1"})
    assert ran(again.run("dvc", "repro", "--dry").stdout)[0] == "feature-extract"


@pytest.mark.slow
def test_another_backbone_and_a_model_that_is_missing(again):
    again.run("dvc", "exp", "run", "-S", "backbone.name=resnet50", "-S", "finetune.unfreeze=none")
    about = json.loads((again.folder / "models/backbone/backbone.json").read_text())
    assert about["name"] == "resnet50" and about["features"] == 2048
    (again.folder / "models/finetuned/model.keras").unlink()
    done = again.stage("evaluate", code=2)
    assert done.stderr.splitlines()[-1].startswith(
        "error: models/finetuned/model.keras is not a model that can be read"
    )


def test_a_picture_more_in_a_local_folder_is_noticed(again, tmp_path):
    train, test = fill(tmp_path / "train"), fill(tmp_path / "test", 3, first=100)
    use_local(again, train, test)
    again.run("dvc", "repro", "preprocess")
    assert ran(again.run("dvc", "repro", "--dry", "preprocess").stdout) == []
    more = fill(tmp_path / "more", 1, ("cats",), first=300)
    (more / "cats" / "cat.300.jpg").rename(train / "cats" / "new.jpg")
    assert "download" in ran(again.run("dvc", "repro", "--dry", "preprocess").stdout)
    assert ran(again.run("dvc", "repro", "preprocess").stdout) == ["download", "preprocess"]


@pytest.mark.parametrize(
    "change, code, said",
    [
        ({"backbone.name": "resnet51"}, 2, "backbone.name 'resnet51' is not known"),
        ({"backbone.weights": "nowhere.h5"}, 2, "backbone.weights names nowhere.h5, which is not there"),
        ({"image.size": 32, "backbone.name": "inception_v3"}, 2, "inception_v3 cannot be built for image.size 32"),
    ],
)
def test_a_backbone_that_cannot_be_had(again, change, code, said):
    again.set(**change)
    before = again.files("data/features", "models/backbone")
    done = again.stage("feature_extract", code=code)
    assert done.stderr.splitlines()[-1].startswith(f"error: {said}")
    assert again.files("data/features", "models/backbone") == before


def test_an_unknown_block_is_named(again):
    again.set(**{"finetune.unfreeze": "block77"})
    done = again.stage("finetune", code=2)
    assert (
        "error: finetune.unfreeze 'block77' is no block of efficientnet_lite0; choose all, none, or block1"
        in done.stderr
    )


def test_dvc_shows_each_description(finished):
    shown = finished.run("dvc", "stage", "list").stdout
    for name, stage in yaml.safe_load((finished.folder / "dvc.yaml").read_text())["stages"].items():
        # Stages over a list that is shipped empty are there only where asked for.
        assert stage["desc"] and (name in shown and stage["desc"][:20] in shown) == ("matrix" not in stage)
