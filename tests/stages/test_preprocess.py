"""preprocess: a mess goes in, a checked data set comes out, and nothing is silently lost."""

import json
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from itertools import count
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageOps

from tests.dataset.defects import plant
from tests.dataset.samples import fill, jpeg
from tests.in_process import assert_sentence, rows, use_local
from tests.stages.faults import killed_before_change
from transfer.classes import Classes
from transfer.dataset.store import PictureStore


def rejects(project) -> dict[str, str]:
    return {row["file"]: row["reason"] for row in rows(project, "data/prepared/rejects.csv")}


@pytest.mark.slow
def test_dvc_and_processes_of_their_own_give_the_bytes_of_this_one(project, in_process):
    project.run("dvc", "repro", "preprocess")
    for stage in ("download", "preprocess"):
        in_process.stage(stage)
    assert project.files("data/raw") == in_process.files("data/raw")
    assert project.files("data/prepared") == in_process.files("data/prepared")
    store = PictureStore(project.folder / "data/prepared")
    manifest = store.manifest
    assert list(manifest) == ["id", "file", "label", "target", "split", "sha256", "width", "height", "offset", "bytes"]
    assert len(manifest) == 32 and manifest["id"].is_unique
    assert (manifest["target"] == (manifest["label"] == "dogs")).all()
    assert manifest["file"].iloc[0] == "train/cats/cat.00001.jpg"
    assert (manifest["file"].str.split("/").str[0].eq("test") == manifest["split"].eq("test")).all()
    assert store.picture(31).shape == (64, 64, 3)
    summary = json.loads((project.folder / "data/prepared/summary.json").read_text())
    assert summary["counts"]["all"] == 32 and summary["counts"]["test"] == {"cats": 4, "dogs": 4}
    for split in ("train", "validation", "test", "rejects"):
        assert Image.open(project.folder / f"data/prepared/sheet_{split}.png").width > 0


def test_a_damaged_picture_is_set_aside_and_the_run_goes_on(in_process, tmp_path):
    train, test = fill(tmp_path / "train", 10), fill(tmp_path / "test", 4, first=100)
    (train / "cats" / "broken.jpg").write_bytes(jpeg("cats", 50)[:500])
    (train / "notes.txt").write_text("my cats")
    (train / "cats" / "Thumbs.db").write_text("x")
    use_local(in_process, train, test)
    in_process.set(**{"preprocess.max_reject_fraction": 0.1})
    in_process.stage("download")
    in_process.stage("preprocess")
    assert rejects(in_process) == {"train/cats/broken.jpg": "truncated", "train/notes.txt": "undecodable"}


def test_class_folders_at_any_depth_under_odd_names(in_process, tmp_path):
    fill(tmp_path / "train" / "my photos" / "2019 ünïcode", 5, ("Cats", "DOGS"))
    fill(tmp_path / "test", 3, ("Cats", "DOGS"), first=100)
    use_local(in_process, tmp_path / "train", tmp_path / "test")
    in_process.set(**{"data.positive_class": "DOGS"})
    in_process.stage("download")
    in_process.stage("preprocess")
    files = list(PictureStore("data/prepared").manifest["file"])
    assert files[0] == "train/Cats/Cat.0.jpg" and len(files) == 16


@pytest.mark.parametrize(
    "train, test, positive, text",
    [
        (
            ("cats",),
            ("cats", "dogs"),
            "dogs",
            "train has 1 class folders with pictures (cats); there must be at least",
        ),
        (
            ("cats", "dogs", "owls"),
            ("cats", "dogs"),
            "dogs",
            "test has no pictures of owls; add some, or set data.allow_missing_in_test to true,",
        ),
        (
            ("cats", "dogs"),
            ("cats", "dogs", "owls"),
            "dogs",
            "train has no pictures of owls; add some, or name the folders in train and test alike",
        ),
        (("cats", "dogs"), ("cat", "dog"), "dogs", "train has the classes cats, dogs, test has cat, dog"),
        (
            ("cats", "dogs"),
            ("cats", "dogs"),
            "dog",
            "data.positive_class 'dog' is not a class here; choose cats or dogs",
        ),
    ],
)
def test_wrong_classes_are_named(in_process, tmp_path, train, test, positive, text):
    use_local(in_process, fill(tmp_path / "train", 2, train), fill(tmp_path / "test", 2, test, first=100))
    in_process.set(**{"data.positive_class": positive})
    in_process.stage("download")
    assert_sentence(in_process.stage("preprocess", code=2), f"error: {text}")
    assert not Path("data/prepared").exists()


def noise(folder: Path, classes: list[str], n: int, seed: int) -> Path:
    """Write `n` small pictures a class into FOLDER/CLASS, no two alike; returns the folder."""
    rng = np.random.default_rng(seed)
    for label in classes:
        (folder / label).mkdir(parents=True)
        for index in range(n):
            cells = Image.fromarray(rng.integers(0, 256, (6, 6, 3), np.uint8))
            cells.resize((48, 48), Image.Resampling.NEAREST).save(folder / label / f"{index}.png")
    return folder


def prepared(project, train: Path, test: Path, **params) -> tuple[PictureStore, dict, str]:
    """What preprocess makes of two folders: the store, the summary, and what it printed."""
    use_local(project, train, test)
    project.set(**{key.replace("__", "."): value for key, value in params.items()})
    project.stage("download")
    said = project.stage("preprocess").stdout
    return PictureStore("data/prepared"), json.loads(Path("data/prepared/summary.json").read_text()), said


def test_the_second_of_two_classes_counts_as_positive_and_the_run_says_so(in_process, tmp_path):
    train, test = (noise(tmp_path / split, ["ants", "bees"], 5, seed) for seed, split in enumerate(["train", "test"]))
    store, _, said = prepared(in_process, train, test)
    assert store.classes == Classes(("ants", "bees"), "bees")
    assert (store.manifest["target"] == (store.manifest["label"] == "bees")).all()
    assert "bees counts as the positive class, as the second of two" in said
    in_process.set(**{"data.positive_class": "ants"})
    assert "positive" not in in_process.stage("preprocess").stdout
    store = PictureStore("data/prepared")
    assert store.classes == Classes(("bees", "ants"), "ants")
    assert (store.manifest["target"] == (store.manifest["label"] == "ants")).all()


def test_listed_classes_are_used_in_their_order_and_the_others_left_out(in_process, tmp_path):
    names = ["no", "1e3", "owls", "cats"]
    train, test = (noise(tmp_path / split, names, 4, seed) for seed, split in enumerate(["train", "test"]))
    store, summary, said = prepared(in_process, train, test, data__classes=["owls", "no", "1e3"])
    assert store.classes == Classes(("owls", "no", "1e3"))
    assert (store.manifest["label"] == np.array(store.classes.names)[store.manifest["target"]]).all()
    assert set(store.manifest["label"]) == {"owls", "no", "1e3"}
    assert summary["rejects"]["class_not_listed"] == 8 and "positive" not in said
    assert list(summary["counts"]["test"]) == ["owls", "no", "1e3"]


def test_a_class_without_test_pictures_passes_if_that_is_allowed(in_process, tmp_path):
    train = noise(tmp_path / "train", ["a", "b", "c"], 5, 0)
    test = noise(tmp_path / "test", ["a", "b"], 3, 1)
    use_local(in_process, train, test)
    in_process.stage("download")
    assert_sentence(in_process.stage("preprocess", code=2), "test has no pictures of c; add some, or set data.allow_")
    store, summary, said = prepared(in_process, train, test, data__allow_missing_in_test=True)
    assert store.classes == Classes(("a", "b", "c"))
    assert summary["missing_in_test"] == ["c"] and "no pictures to test on: c" in said


def test_a_picture_under_any_two_of_several_labels_is_dropped(in_process, tmp_path):
    train, test = (noise(tmp_path / split, ["a", "b", "c"], 8, seed) for seed, split in enumerate(["train", "test"]))
    shutil.copy(train / "a" / "0.png", train / "c" / "same.png")
    shutil.copy(train / "b" / "0.png", test / "c" / "same.png")
    _, summary, _ = prepared(in_process, train, test, preprocess__max_duplicate_fraction=0.5)
    assert summary["rejects_by_class"] == {name: {"label_conflict": n} for name, n in (("a", 1), ("b", 1), ("c", 2))}


def test_120_classes_of_four_pictures(in_process, tmp_path):
    names = [f"breed {number:03d}" for number in range(120)]
    train, test = (noise(tmp_path / split, names, 4, seed) for seed, split in enumerate(["train", "test"]))
    store, summary, said = prepared(in_process, train, test)
    assert store.classes == Classes(tuple(names)) and len(store) == 960
    counts = summary["counts"]
    assert all(counts["train"][name] and counts["validation"][name] and counts["test"][name] == 4 for name in names)
    assert "all 120 classes" in said and len(said) < 600
    assert Image.open("data/prepared/sheet_train.png").size == (960, 12 * 110)


def test_too_few_pictures_are_named(in_process, tmp_path):
    train = fill(tmp_path / "train", 2)
    (train / "dogs" / "dog.1.jpg").unlink()
    use_local(in_process, train, fill(tmp_path / "test", 2, first=100))
    in_process.stage("download")
    done = in_process.stage("preprocess", code=2)
    assert_sentence(done, "error: train has 1 usable picture(s) of dogs; at least 2 of each class are needed")


def test_too_many_rejects_stop_the_run_with_the_reasons(in_process, tmp_path):
    train = fill(tmp_path / "train", 5)
    for index in range(3):
        (train / "dogs" / f"x{index}.jpg").touch()
    use_local(in_process, train, fill(tmp_path / "test", 2, first=100))
    in_process.stage("download")
    done = in_process.stage("preprocess", code=2)
    assert_sentence(done, "3 of 17 files were set aside (empty 3; e.g. train/dogs/x0.jpg")
    assert "preprocess.max_reject_fraction 0.05 allows; data/set_aside.csv names each" in done.stderr
    table = (in_process.folder / "data/set_aside.csv").read_text()
    assert table.splitlines()[1:] == [f"train/dogs/x{n}.jpg,empty,the file has no bytes" for n in range(3)]


def test_a_picture_under_two_labels_and_one_in_train_and_test_are_dropped(in_process, tmp_path):
    train, test = fill(tmp_path / "train", 10), fill(tmp_path / "test", 4, first=100)
    (train / "dogs" / "cat.jpg").write_bytes(jpeg("cats", 0))
    (train / "cats" / "leak.jpg").write_bytes(jpeg("cats", 100))
    (test / "dogs" / "twice.jpg").write_bytes(jpeg("dogs", 101))
    use_local(in_process, train, test)
    in_process.set(**{"preprocess.max_duplicate_fraction": 0.5})
    in_process.stage("download")
    in_process.stage("preprocess")
    assert rejects(in_process) == {
        "train/cats/cat.0.jpg": "label_conflict",
        "train/dogs/cat.jpg": "label_conflict",
        "train/cats/leak.jpg": "leak",
        "test/dogs/twice.jpg": "duplicate",
    }
    assert len(PictureStore("data/prepared")) == 27 and Image.open("data/prepared/sheet_rejects.png").width > 0


def test_a_mirrored_picture_leaks_unless_only_exact_copies_are_looked_for(in_process, tmp_path):
    train, test = fill(tmp_path / "train", 10), fill(tmp_path / "test", 4, first=100)
    mirrored = ImageOps.mirror(Image.open(train / "cats" / "cat.0.jpg"))
    mirrored.save(test / "cats" / "mirrored.jpg", quality=90)
    use_local(in_process, train, test)
    in_process.stage("download")
    in_process.stage("preprocess")
    assert rejects(in_process) == {"train/cats/cat.0.jpg": "leak"}
    in_process.set(**{"preprocess.near_duplicates": False})
    in_process.stage("preprocess")
    assert rejects(in_process) == {}


@pytest.mark.slow
def test_every_planted_defect_is_found_and_no_good_photograph_rejected(project, photographs, tmp_path):
    truth = plant(photographs, tmp_path / "planted", defects=200, seed=0)
    truth["train/dogs/dog.74.jpg"] = "near_duplicate"  # found in the photographs themselves: the same shot as dog.180
    use_local(project, tmp_path / "planted" / "train", tmp_path / "planted" / "test")
    project.set(**{"preprocess.max_reject_fraction": 0.2})
    project.stage("download")
    project.stage("preprocess")
    assert len(truth) >= 200 and len(set(truth.values())) >= 8
    assert rejects(project) == truth


@pytest.mark.slow
def test_killed_before_any_change_it_leaves_the_output_of_before_or_the_new_one_or_none(in_process, tmp_path):
    use_local(in_process, fill(tmp_path / "train", 3), fill(tmp_path / "test", 2, first=90))
    in_process.stage("download")
    outputs = []
    for size in (48, 64):
        in_process.set(**{"image.size": size})
        in_process.stage("preprocess")
        outputs.append(in_process.files("data/prepared"))
        shutil.copytree("data/prepared", tmp_path / f"{size}")
    old, new = outputs
    seen = Counter()
    for number in count(1):
        shutil.rmtree("data/prepared", ignore_errors=True)
        shutil.copytree(tmp_path / "48", "data/prepared")
        if not killed_before_change(number, lambda: in_process.stage("preprocess")):
            break
        left = in_process.files("data/prepared")
        assert left in (old, new, {}), f"killed before change {number}"
        seen[(old, new, {}).index(left)] += 1
        in_process.stage("preprocess")
        assert in_process.files("data/prepared") == new, f"killed before change {number}"
    assert in_process.files("data/prepared") == new
    assert seen[0] > 10 and seen[1] > 1 and seen[2] == 1


@pytest.mark.slow
def test_killed_at_random_with_its_workers_it_leaves_nothing_taken_for_complete(project):
    """Ten kills of the process group, five of each stage, at moments drawn over its run."""
    project.cold().set(**{"data.sample.train": 60, "data.sample.test": 20})
    rng, kills = np.random.default_rng(0), 0
    for stage, out in (("download", "data/raw"), ("preprocess", "data/prepared")):
        start = time.monotonic()
        project.stage(stage)
        duration = time.monotonic() - start
        complete = project.files(out)
        for _ in range(5):
            shutil.rmtree(project.folder / out, ignore_errors=True)
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
            assert not (project.folder / out).exists() or project.files(out) == complete
        shutil.rmtree(project.folder / out, ignore_errors=True)
        project.stage(stage)
        assert project.files(out) == complete
    assert kills >= 5


def test_the_split_of_old_pictures_stays_when_new_ones_come(in_process, tmp_path):
    train, test = fill(tmp_path / "train", 12), fill(tmp_path / "test", 2, first=100)
    use_local(in_process, train, test)
    splits = []
    for _ in range(2):
        in_process.stage("download")
        in_process.stage("preprocess")
        manifest = PictureStore("data/prepared").manifest
        splits.append(dict(zip(manifest["id"], manifest["split"], strict=True)))
        for index in range(200, 206):
            (train / "cats" / f"new{index}.jpg").write_bytes(jpeg("cats", index))
    assert len(splits[1]) == len(splits[0]) + 6
    assert splits[0].items() <= splits[1].items()
