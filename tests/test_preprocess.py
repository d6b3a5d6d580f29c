"""preprocess: a mess goes in, a checked data set comes out, and nothing is silently lost."""

import csv
import io
import json
import random
import signal
import subprocess
import sys
import time

import pytest
from PIL import Image

from tests.dataset.defects import plant
from tests.test_download import fill, jpeg, use
from transfer.dataset.store import PictureStore


def rejects(project) -> dict[str, str]:
    with (project.folder / "data/prepared/rejects.csv").open() as file:
        return {row["file"]: row["reason"] for row in csv.DictReader(file)}


def test_what_comes_out(finished):
    store = PictureStore(finished.folder / "data/prepared")
    manifest = store.manifest
    assert list(manifest) == ["id", "file", "label", "target", "split", "sha256", "width", "height", "offset", "bytes"]
    assert len(manifest) == 32 and manifest["id"].is_unique
    assert (manifest["target"] == (manifest["label"] == "dogs")).all()
    assert manifest["file"].iloc[0] == "train/cats/cat.00001.jpg"
    assert (manifest["file"].str.split("/").str[0].eq("test") == manifest["split"].eq("test")).all()
    assert store.picture(31).shape == (64, 64, 3)
    summary = json.loads((finished.folder / "data/prepared/summary.json").read_text())
    assert summary["counts"]["all"] == 32 and summary["counts"]["test"] == {"cats": 4, "dogs": 4}
    for split in ("train", "validation", "test", "rejects"):
        assert Image.open(finished.folder / f"data/prepared/sheet_{split}.png").width > 0


def test_a_damaged_picture_is_set_aside_and_the_run_goes_on(project, tmp_path):
    train, test = fill(tmp_path / "train", 10), fill(tmp_path / "test", 4, first=100)
    (train / "cats" / "broken.jpg").write_bytes(jpeg("cats", 50)[:500])
    (train / "notes.txt").write_text("my cats")
    (train / "cats" / "Thumbs.db").write_text("x")
    use(project, train, test)
    project.set(**{"preprocess.max_reject_fraction": 0.1})
    project.stage("download")
    project.stage("preprocess")
    assert rejects(project) == {"train/cats/broken.jpg": "truncated", "train/notes.txt": "no_class_folder"}


def test_class_folders_at_any_depth_under_odd_names(project, tmp_path):
    fill(tmp_path / "train" / "my photos" / "2019 ünïcode", 5, ("Cats", "DOGS"))
    fill(tmp_path / "test", 3, ("Cats", "DOGS"), first=100)
    use(project, tmp_path / "train", tmp_path / "test")
    project.set(**{"data.positive_class": "DOGS"})
    project.stage("download")
    project.stage("preprocess")
    files = list(PictureStore(project.folder / "data/prepared").manifest["file"])
    assert files[0] == "train/Cats/Cat.0.jpg" and len(files) == 16


@pytest.mark.parametrize(
    "train, test, positive, said",
    [
        (("cats",), ("cats", "dogs"), "dogs", "train has 1 class folders with pictures (cats); there have to be two"),
        (
            ("cats", "dogs", "owls"),
            ("cats", "dogs"),
            "dogs",
            "train has 3 class folders with pictures (cats, dogs, owls)",
        ),
        (("cats", "dogs"), ("cat", "dog"), "dogs", "train has the classes cats, dogs, test has cat, dog"),
        (
            ("cats", "dogs"),
            ("cats", "dogs"),
            "dog",
            "data.positive_class 'dog' is no class here; choose cats or dogs",
        ),
    ],
)
def test_wrong_classes_are_named(project, tmp_path, train, test, positive, said):
    use(project, fill(tmp_path / "train", 4, train), fill(tmp_path / "test", 2, test, first=100))
    project.set(**{"data.positive_class": positive})
    project.stage("download")
    done = project.stage("preprocess", code=2)
    assert done.stderr.startswith(f"error: {said}") and len(done.stderr.splitlines()) == 1
    assert not (project.folder / "data/prepared").exists()


def test_too_few_pictures_are_named(project, tmp_path):
    train = fill(tmp_path / "train", 4)
    for path in sorted((train / "dogs").iterdir())[1:]:
        path.unlink()
    use(project, train, fill(tmp_path / "test", 2, first=100))
    project.stage("download")
    done = project.stage("preprocess", code=2)
    assert done.stderr.startswith("error: train has 1 usable picture(s) of dogs; at least 2 are needed")


def test_too_many_rejects_stop_the_run_with_the_reasons(project, tmp_path):
    train = fill(tmp_path / "train", 5)
    for index in range(3):
        (train / "dogs" / f"x{index}.jpg").touch()
    use(project, train, fill(tmp_path / "test", 2, first=100))
    project.stage("download")
    done = project.stage("preprocess", code=2)
    assert "3 of 17 files were set aside (empty 3; e.g. train/dogs/x0.jpg" in done.stderr
    assert "preprocess.max_reject_fraction 0.05" in done.stderr


@pytest.mark.slow
def test_every_planted_defect_is_found_and_no_good_photograph_rejected(project, photographs, tmp_path):
    truth = plant(photographs, tmp_path / "planted", defects=200, seed=0)
    truth["train/dogs/dog.74.jpg"] = "near_duplicate"  # found in the photographs themselves: the same shot as dog.180
    use(project, tmp_path / "planted" / "train", tmp_path / "planted" / "test")
    project.set(**{"preprocess.max_reject_fraction": 0.2})
    project.stage("download")
    project.stage("preprocess")
    assert len(truth) >= 200 and len(set(truth.values())) >= 8
    assert rejects(project) == truth


@pytest.mark.slow
@pytest.mark.parametrize("stage, out", [("download", "data/raw"), ("preprocess", "data/prepared")])
def test_killed_at_any_moment_it_leaves_nothing_taken_for_complete(project, stage, out):
    project.set(**{"data.sample.train": 200, "data.sample.test": 60})
    project.stage("download")
    start = time.monotonic()
    project.stage(stage)
    duration = time.monotonic() - start
    whole = project.files(out)
    rng = random.Random(0)
    kills = 0
    for _ in range(20):
        project.run("rm", "-r", out)
        running = subprocess.Popen(
            [sys.executable, "-m", f"stages.{stage}"],
            cwd=project.folder,
            env=project.environment,
            start_new_session=True,
        )
        time.sleep(rng.uniform(0, duration))
        kills += running.poll() is None
        subprocess.run(["kill", "-KILL", "--", f"-{running.pid}"], stderr=subprocess.DEVNULL, check=False)
        assert running.wait() in (0, -signal.SIGKILL)
        if (project.folder / out).exists():
            assert project.files(out) == whole
        else:
            project.run("mkdir", "-p", out)
    assert kills >= 10
    project.stage(stage)
    assert project.files(out) == whole


def test_the_split_of_old_pictures_stays_when_new_ones_come(project, tmp_path):
    train, test = fill(tmp_path / "train", 12), fill(tmp_path / "test", 2, first=100)
    use(project, train, test)
    splits = []
    for _ in range(2):
        project.stage("download")
        project.stage("preprocess")
        manifest = PictureStore(project.folder / "data/prepared").manifest
        splits.append(dict(zip(manifest["id"], manifest["split"], strict=True)))
        for index in range(200, 206):
            stream = io.BytesIO(jpeg("cats", index))
            (train / "cats" / f"new{index}.jpg").write_bytes(stream.getvalue())
    assert len(splits[1]) == len(splits[0]) + 6
    assert splits[0].items() <= splits[1].items()
