"""download: archives and folders in, archives and a manifest out; what is wrong is said and leaves nothing."""

import csv
import hashlib
import io
import shutil
import zipfile
from pathlib import Path

import pytest

from transfer.dataset.drawn import draw


def jpeg(label: str, index: int) -> bytes:
    stream = io.BytesIO()
    draw(label, index, 1).save(stream, "JPEG")
    return stream.getvalue()


def fill(folder, n=6, classes=("cats", "dogs"), first=0):
    for label in classes:
        (folder / label).mkdir(parents=True)
        for index in range(first, first + n):
            kind = "dogs" if label.lower().startswith("dog") else "cats"
            number = index + 1000 * len(label) * (label not in ("cats", "dogs"))  # no drawing is in two folders
            (folder / label / f"{label[:-1]}.{index}.jpg").write_bytes(jpeg(kind, number))
    return folder


def use(project, train, test):
    project.set(**{"data.source": "local", "data.local.train": str(train), "data.local.test": str(test)})


def manifest(project):
    with (project.folder / "data/raw/manifest.csv").open() as file:
        return list(csv.DictReader(file))


def test_the_sample_is_the_same_bytes_each_time(project):
    project.stage("download")
    first = project.files("data/raw")
    with zipfile.ZipFile(project.folder / "data/raw/train/pictures.zip") as archive:
        assert len(archive.namelist()) == 24 and archive.namelist()[0] == "cats/cat.00001.jpg"
    for row in manifest(project):
        content = first[f"data/raw/{row['split']}/{row['file']}"]
        assert (len(content), hashlib.sha256(content).hexdigest()) == (int(row["bytes"]), row["sha256"])
    project.stage("download")
    assert project.files("data/raw") == first
    project.set(seed=8)
    project.stage("download")
    assert project.files("data/raw") != first


def test_train_and_test_of_the_sample_share_nothing(project):
    project.set(**{"data.sample.test": 24})
    project.stage("download")
    members = []
    for split in ("train", "test"):
        with zipfile.ZipFile(project.folder / f"data/raw/{split}/pictures.zip") as archive:
            members.append({archive.read(name) for name in archive.namelist()})
    assert not members[0] & members[1]


def test_a_folder_and_an_archive_of_it_arrive(project, tmp_path):
    folder = fill(tmp_path / "train")
    archive = shutil.make_archive(str(tmp_path / "test"), "gztar", fill(tmp_path / "t", first=50))
    use(project, folder, archive)
    project.stage("download")
    assert [(row["split"], row["file"]) for row in manifest(project)] == [
        ("train", "pictures.zip"),
        ("test", "test.tar.gz"),
    ]
    project.stage("preprocess")


@pytest.mark.parametrize("broken", ["missing", "empty folder", "empty file", "page", "cut"])
def test_bad_places_are_named(project, tmp_path, broken):
    good = fill(tmp_path / "train")
    bad = tmp_path / "bad.zip"
    if broken == "empty folder":
        bad.mkdir()
    elif broken == "page":
        bad.write_text("<html>quota exceeded</html>")
    elif broken == "empty file":
        bad.touch()
    elif broken == "cut":
        whole = Path(shutil.make_archive(str(tmp_path / "whole"), "zip", good))
        bad.write_bytes(whole.read_bytes()[:2000])
    use(project, good, bad)
    done = project.stage("download", code=2)
    assert done.stderr.startswith(f"error: data.local.test names {bad}") and len(done.stderr.splitlines()) == 1
    assert not (project.folder / "data/raw").exists()
