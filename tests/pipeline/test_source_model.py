"""Choosing the source model: candidates are tried where they are asked for, and leave nothing where they are not."""

import csv
import json
import shutil
import zipfile

import pytest
import yaml

from tests.dataset.encoded import encoded
from tests.pipeline.repro import UP_TO_DATE, ran
from transfer.dataset.drawn import draw

MODELS = ("head", "finetuned")
CANDIDATES = ["efficientnet_lite0", "efficientnet_lite1-48", "resnet50"]


@pytest.mark.slow
def test_candidates_are_ranked_and_the_features_of_the_chosen_one_are_kept(again):
    # Weights cannot be fetched: nothing listens at this address.
    again.environment |= dict.fromkeys(("https_proxy", "HTTPS_PROXY"), "http://127.0.0.1:9")
    plain = again.files("metrics", "plots", "models", "reports")
    again.set(candidates=CANDIDATES)
    done = again.run("dvc", "repro")
    expected = [f"{stage}@{candidate}" for stage in ("candidate-features", "select") for candidate in CANDIDATES]
    assert sorted(ran(done.stdout)) == sorted([*expected, "evaluate"])
    assert "warning: resnet50 is left out: the ImageNet weights of resnet50 could not be fetched" in done.stdout

    ranking = json.loads((again.folder / "metrics/backbones.json").read_text())
    assert set(ranking["candidates"]) == set(CANDIDATES[:2]) and list(ranking["unavailable"]) == ["resnet50"]
    losses = [measured["log_loss"] for measured in ranking["candidates"].values()]
    assert losses == sorted(losses) and ranking["best"] == next(iter(ranking["candidates"]))
    assert ranking["candidates"]["efficientnet_lite1-48"]["picture_size"] == 48
    assert (again.folder / "plots/backbones.png").is_file()
    page = (again.folder / "reports/index.html").read_text()
    assert 'id="candidates"' in page and "dvc repro --force candidate-features@resnet50" in page
    assert "backbones.json" in again.run("dvc", "metrics", "show").stdout

    # A head tried another way needs no features again.
    again.set(**{"head.l2": [0.1, 1.0]})
    stages = ran(again.run("dvc", "repro", "--dry", *(f"select@{name}" for name in CANDIDATES)).stdout)
    assert sorted(stages) == sorted(f"select@{name}" for name in CANDIDATES)
    again.run("git", "checkout", "params.yaml")

    # The one that is chosen starts warm, and has the bytes that it would have had.
    again.commit("candidates")
    chosen = {"candidates": "[]", "backbone.name": "efficientnet_lite1", "backbone.weights": "imagenet"}
    words = [word for name, value in chosen.items() for word in ("-S", f"{name}={value}")]
    shutil.rmtree(again.folder / "data/candidates")  # as DVC often does, when no stage has it as an output any more
    warm = again.run("dvc", "exp", "run", *words, "-S", "image.size=48", "feature-extract").stdout
    for split in ("train", "validation"):
        assert f"features of {split}: those of the candidate efficientnet_lite1-48" in warm
    before = again.files("data/features")
    lock = yaml.safe_load((again.folder / "dvc.lock").read_text())
    lock["stages"] = {name: locked for name, locked in lock["stages"].items() if "@" not in name}
    (again.folder / "dvc.lock").write_text(yaml.safe_dump(lock, sort_keys=False))
    assert "those of the candidate" not in again.run("dvc", "repro", "--force", "feature-extract").stdout
    assert again.files("data/features") == before
    again.run("git", "reset", "-q", "--hard", "HEAD~1")

    # Not asked for any more: nothing of it is left in what evaluate records as read.
    again.run("dvc", "repro")
    assert again.files("metrics", "plots", "models", "reports") == plain
    assert UP_TO_DATE in again.run("dvc", "status").stdout


@pytest.mark.slow
def test_a_candidate_of_another_size_finds_the_originals_whatever_folders_are_around_them(project, tmp_path):
    """As people have them: in a folder within the archive, a picture twice, and not divided into train and test."""
    with zipfile.ZipFile(tmp_path / "pets.zip", "w") as archive:
        for kind in ("cats", "dogs"):
            for index in range(12):
                archive.writestr(f"my pets/{kind}/{index}.png", encoded(draw(kind, index, 0)))
            archive.writestr(f"my pets/{kind}/again.png", encoded(draw(kind, 0, 0)))
    places = {"data.local.train": str(tmp_path / "pets.zip"), "data.local.test": None}
    project.set(**{"data.source": "local", "image.size": 32, "candidates": ["efficientnet_lite0-48"]} | places)
    project.run("dvc", "repro", "select")
    about = json.loads((project.folder / "data/candidates/efficientnet_lite0-48/about.json").read_text())
    assert about["picture_size"] == 48


@pytest.mark.slow
def test_a_head_on_several_backbones_goes_through_every_stage(again):
    names = ["efficientnet_lite0", "mobilenet_v2_torch"]
    again.set(**{"backbone.name": names, "finetune.epochs": 0, "sample_efficiency.models": ["head"]})
    again.run("dvc", "repro")
    about = json.loads((again.folder / "models/backbone/backbone.json").read_text())
    assert (about["name"], about["features"]) == (names, 2560)
    head, finetuned = (json.loads((again.folder / f"metrics/{name}.json").read_text()) for name in MODELS)
    assert head["log_loss"] == pytest.approx(finetuned["log_loss"], rel=1e-5)
    page = (again.folder / "reports/index.html").read_text()
    assert "efficientnet_lite0" in page and "mobilenet_v2_torch" in page
    before = again.files("models", "metrics", "plots", "reports")
    again.run("dvc", "repro", "--force")
    assert again.files("models", "metrics", "plots", "reports") == before
    done = again.transfer("export", "saved_model", "--model", "head")
    assert "P at most" in done.stdout
    again.transfer("review")
    with (again.folder / "plots/head/predictions.csv").open(newline="") as file:
        row = next(csv.DictReader(file))
    (archive,) = (again.folder / "data/raw/test").iterdir()
    with zipfile.ZipFile(archive) as pictures:
        (again.folder / "one.png").write_bytes(pictures.read(row["file"].removeprefix("test/")))
    said = again.transfer("predict", "--model", "head", "one.png", "--csv", "one.csv").stdout
    assert said.startswith("one.png: ") and row["probability"] in (again.folder / "one.csv").read_text()


def test_a_candidate_that_is_not_known_is_refused_before_anything_runs(project):
    project.set(candidates=["efficientnet_lite0", "efficientnet_light"])
    assert "'efficientnet_light' is not known" in project.stage("download", code=2).stderr
