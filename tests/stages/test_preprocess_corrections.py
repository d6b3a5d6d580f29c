"""preprocess: what data/corrections.csv says is done, counted and, where it cannot be done, said."""

import json
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from tests.dataset.samples import fill, jpeg
from tests.in_process import assert_sentence, rows, use_local
from transfer.dataset.store import PictureStore


def correct(*lines: str) -> None:
    Path("data/corrections.csv").write_text("\n".join(["id,file,action,label,note", *lines, ""]))


def summary() -> dict:
    return json.loads(Path("data/prepared/summary.json").read_text())


def brought(project, tmp_path, **files: bytes) -> None:
    """Bring ten pictures a class to train on and four to test on; files: further ones, SPLIT__CLASS__NAME."""
    train, test = fill(tmp_path / "train", 10), fill(tmp_path / "test", 4, first=100)
    for name, content in files.items():
        split, label, stem = name.split("__")
        (tmp_path / split / label / f"{stem}.jpg").write_bytes(content)
    use_local(project, train, test)
    project.set(**{"preprocess.max_duplicate_fraction": 0.5})
    project.stage("download")


def labels() -> dict[str, str]:
    manifest = PictureStore("data/prepared").manifest
    assert manifest["id"].is_unique
    return dict(zip(manifest["file"], manifest["label"], strict=True))


def test_labels_are_changed_and_pictures_dropped_and_counted(in_process, tmp_path):
    brought(in_process, tmp_path)
    said = in_process.stage("preprocess").stdout
    assert "corrected by hand" not in said and rows(in_process, "data/prepared/corrected.csv") == []
    before = PictureStore("data/prepared").manifest.set_index("file")
    cat, dog = before.loc["test/cats/cat.100.jpg"], before.loc["train/dogs/dog.3.jpg"]
    correct(
        f"{cat['id']},test/cats/cat.100.jpg,relabel,dogs,a dog",
        f"{dog['id']},train/dogs/dog.3.jpg,drop,,a text",
        ",test/cats/cat.101.jpg,drop,,",
        "0123456789abcdef,train/gone.jpg,drop,,",
    )
    said = in_process.stage("preprocess").stdout
    after = PictureStore("data/prepared").manifest.set_index("file")
    changed = after.loc["test/cats/cat.100.jpg"]
    assert (changed["label"], changed["target"], changed["id"]) == ("dogs", 1, cat["id"])
    assert before.index.difference(after.index).tolist() == ["test/cats/cat.101.jpg", "train/dogs/dog.3.jpg"]
    others = after.index.drop("test/cats/cat.100.jpg")
    assert (before.loc[others, ["label", "split"]] == after.loc[others, ["label", "split"]]).all(axis=None)
    split = dog["split"]  # which the dropped picture had
    expected = {"test": {"relabel": 1, "drop": 1, "keep": 0}, split: {"relabel": 0, "drop": 1, "keep": 0}, "all": 3}
    assert summary()["corrections"] == expected and summary()["rejects"]["dropped_by_hand"] == 2
    assert "corrected by hand: 1 in" in said and "2 in test (relabel 1, drop 1)" in said
    assert "names 1 that are not there, or not to be read: 0123456789abcdef (train/gone.jpg)" in said
    dropped = PictureStore("data/prepared/dropped_test")
    assert list(dropped.manifest["file"]) == ["test/cats/cat.101.jpg"] and dropped.manifest["target"][0] == 0


def test_a_picture_that_is_there_twice_or_leaks_stays_if_it_is_kept(in_process, tmp_path):
    mirrored = tmp_path / "mirrored.jpg"
    ImageOps.mirror(Image.open(fill(tmp_path / "one", 1) / "cats/cat.0.jpg")).save(mirrored, quality=90)
    brought(in_process, tmp_path, test__cats__mirrored=mirrored.read_bytes(), train__dogs__twice=jpeg("cats", 1))
    in_process.stage("preprocess")
    kept = {"train/cats/cat.0.jpg", "train/cats/cat.1.jpg"}
    assert not kept & set(labels()) and summary()["rejects"]["leak"] == 1
    assert summary()["rejects"]["label_conflict"] == 2
    correct(*(f",{file},keep,," for file in sorted(kept)))
    in_process.stage("preprocess")
    assert kept < set(labels()) and labels()["train/cats/cat.1.jpg"] == "cats"
    assert "test/cats/mirrored.jpg" in labels() and "train/dogs/twice.jpg" not in labels()
    assert [row["given"] for row in rows(in_process, "data/prepared/corrected.csv")] == ["", ""]


def test_one_picture_under_two_classes_is_used_once_it_has_one(in_process, tmp_path):
    brought(in_process, tmp_path, train__dogs__twice=jpeg("cats", 1))
    id_ = ""
    in_process.stage("preprocess")
    assert "train/cats/cat.1.jpg" not in labels()
    correct(f"{id_},train/dogs/twice.jpg,relabel,cats,")
    in_process.stage("preprocess")
    assert labels()["train/cats/cat.1.jpg"] == "cats" and summary()["rejects"]["duplicate"] == 1


def test_a_picture_too_small_or_blank_stays_if_it_is_kept_but_no_broken_one(in_process, tmp_path):
    def encoded(pixels: np.ndarray) -> bytes:
        Image.fromarray(pixels).save(tmp_path / "x.jpg")
        return (tmp_path / "x.jpg").read_bytes()

    tiny = encoded(np.random.default_rng(0).integers(0, 256, (20, 20, 3), np.uint8))
    blank = encoded(np.full((64, 64, 3), 90, np.uint8))
    brought(
        in_process, tmp_path, train__cats__tiny=tiny, train__dogs__blank=blank, train__dogs__cut=jpeg("dogs", 50)[:500]
    )
    in_process.set(**{"preprocess.max_reject_fraction": 0.5})
    in_process.stage("preprocess")
    files = {"train/cats/tiny.jpg": "too_small", "train/dogs/blank.jpg": "blank", "train/dogs/cut.jpg": "truncated"}
    assert {row["file"]: row["reason"] for row in rows(in_process, "data/prepared/rejects.csv")} == files
    correct(*(f",{file},keep,," for file in files))
    said = in_process.stage("preprocess").stdout
    assert {row["file"] for row in rows(in_process, "data/prepared/rejects.csv")} == {"train/dogs/cut.jpg"}
    assert {"train/cats/tiny.jpg", "train/dogs/blank.jpg"} < set(labels())
    assert "names 1 that are not there, or not to be read: train/dogs/cut.jpg" in said


def test_what_is_dropped_before_it_was_divided_counts_where_it_would_have_come(in_process, tmp_path):
    use_local(in_process, fill(tmp_path / "all", 20), "")
    in_process.set(**{"data.local.test": None})
    in_process.stage("download")
    in_process.stage("preprocess")
    before = PictureStore("data/prepared").manifest
    chosen = before.groupby("split").head(2)
    correct(*(f"{id_},,drop,," for id_ in chosen["id"]))
    in_process.stage("preprocess")
    none = {"relabel": 0, "keep": 0}
    assert summary()["corrections"] == {
        **{split: {"drop": 2, **none} for split in ("test", "train", "validation")},
        "all": 6,
    }
    assert len(PictureStore("data/prepared/dropped_test")) == 2


def test_a_wrong_label_and_a_wrong_action_are_one_sentence(in_process, tmp_path):
    brought(in_process, tmp_path)
    correct(",train/cats/cat.1.jpg,relabel,dgos,")
    done = in_process.stage("preprocess", code=2)
    assert_sentence(done, "relabels train/cats/cat.1.jpg as dgos, which is no class here; the classes are cats, dogs.")
    correct(",train/cats/cat.1.jpg,remove,,")
    done = in_process.stage("preprocess", code=2)
    assert_sentence(done, "line 2 of data/corrections.csv has the action 'remove'; it is one of relabel, drop, keep.")
