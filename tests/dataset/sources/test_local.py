"""Folders and archives on this machine."""

import shutil
from pathlib import Path

import pytest

from tests.dataset.samples import fill, jpeg
from tests.in_process import assert_no_output, assert_sentence, packed, rows, use_local


def test_a_folder_and_an_archive_of_it_arrive(project, tmp_path):
    folder = fill(tmp_path / "train")
    archive = Path(shutil.make_archive(str(tmp_path / "test"), "gztar", fill(tmp_path / "t", first=50)))
    use_local(project, folder, archive)
    project.stage("download")
    assert [(row["split"], row["file"]) for row in rows(project, "data/raw/manifest.csv")] == [
        ("train", "pictures.zip"),
        ("test", "test.tar.gz"),
    ]
    assert packed(project, "train")["cats/cat.3.jpg"] == jpeg("cats", 3)
    assert (project.folder / "data/raw/test/test.tar.gz").read_bytes() == archive.read_bytes()
    project.stage("preprocess")


@pytest.mark.parametrize("broken", ["missing", "empty folder", "empty file", "page", "cut"])
def test_bad_places_are_named(project, tmp_path, broken):
    good = fill(tmp_path / "train", 2)
    bad = tmp_path / "bad.zip"
    if broken == "empty folder":
        bad.mkdir()
    elif broken == "page":
        bad.write_text("<html>quota exceeded</html>")
    elif broken == "empty file":
        bad.touch()
    elif broken == "cut":
        sound = Path(shutil.make_archive(str(tmp_path / "sound"), "zip", good))
        bad.write_bytes(sound.read_bytes()[:2000])
    use_local(project, good, bad)
    done = project.stage("download", code=2)
    assert_sentence(done, f"error: data.local.test names {bad}")
    assert_no_output(project)
