"""Folders and archives on Google Drive, from a server that answers gdown as Drive does."""

import importlib.util
import random
import sys

import pytest

from tests.dataset.samples import jpeg, pictures, zip_bytes
from tests.in_process import assert_no_output, assert_sentence, packed, rows
from tests.servers import Drive, standing_in
from transfer.dataset.sources import google_drive

needs_gdown = pytest.mark.skipif(importlib.util.find_spec("gdown") is None, reason="the extra `drive` is not installed")

TRAIN_ID, TEST_ID = "1trainfolder" + "x" * 21, "1testfolder" + "x" * 22
TEST = zip_bytes(pictures("photos/cats", "photos/dogs", n=3, first=100))


def drive_id(number: int) -> str:
    return f"1file{number:028d}"


@pytest.fixture
def drive(project, tmp_path, monkeypatch):
    monkeypatch.setattr(google_drive, "LISTINGS", (0, 0, 0.01, 0.01))
    hosts = ("drive.google.com", "drive.usercontent.google.com", "docs.google.com")
    with standing_in(Drive, tmp_path, *hosts) as (server, environment):
        project.setenv(**environment)
        project.set(**{"data.source": "google_drive", "data.google_drive.train": TRAIN_ID})
        project.set(**{"data.google_drive.test": f"https://drive.google.com/drive/folders/{TEST_ID}?usp=sharing"})
        cats, dogs, inner = (f"1sub{name}" + "x" * 24 for name in ("cats1", "dogs1", "inner"))
        # train: loose pictures in a folder, and an archive in a folder in a folder; test: one archive
        server.folders[TRAIN_ID] = ("Training", [(cats, "cats", "folder"), (inner, "more", "folder")])
        server.folders[cats] = ("cats", [(drive_id(index), f"cat {index}.jpg", "file") for index in range(6)])
        server.folders[inner] = ("more", [(dogs, "pets", "folder")])
        server.folders[dogs] = ("pets", [(drive_id(50), "dogs.zip", "file")])
        server.folders[TEST_ID] = ("Testing", [(drive_id(60), "test.zip", "file")])
        server.files |= {drive_id(index): jpeg("cats", index) for index in range(6)}
        server.files[drive_id(50)] = zip_bytes({f"{index}.jpg": jpeg("dogs", index) for index in range(6)})
        server.files[drive_id(60)] = TEST
        yield server


@needs_gdown
def test_shared_folders_arrive_and_each_byte_is_hashed_once(project, drive, hashed):
    project.stage("download")
    arrived = sum(len(content) for content in drive.files.values())
    stored = sum(int(row["bytes"]) for row in rows(project, "data/raw/manifest.csv"))
    assert hashed.bytes == arrived + stored
    expected = {f"cats/cat {index}.jpg": jpeg("cats", index) for index in range(6)}
    expected |= {f"more/pets/dogs/{index}.jpg": jpeg("dogs", index) for index in range(6)}
    assert packed(project, "train") == expected
    assert set(packed(project, "test")) == {f"test/{name}" for name in pictures("photos/cats", "photos/dogs", n=3)}
    assert rows(project, "data/raw/origins.csv")[-1]["origin"] == f"{drive_id(60)} test.zip"
    project.stage("preprocess")


@needs_gdown
def test_a_shared_archive_arrives_as_it_is(project, drive, hashed):
    for split in ("train", "test"):
        project.set(**{f"data.google_drive.{split}": f"https://drive.google.com/file/d/{drive_id(60)}/view"})
    project.stage("download")
    assert (project.folder / "data/raw/test/pictures.zip").read_bytes() == TEST
    assert hashed.bytes == 2 * len(TEST)  # on arrival, and again when it was wanted for the other split


PAGES = [
    (
        '<p class="uc-error-subcaption">Too many users have viewed or downloaded this file recently.</p>',
        "its quota is used up: wait a day",
    ),
    ("<html><title>Sign in</title></html>", "see that the id is right and that it is shared"),
    (None, "see that the id is right and that it is shared"),
    ("bare", "gdown fails with KeyError"),
]


@needs_gdown
def test_a_page_in_place_of_a_file_is_named_and_what_arrived_is_kept(project, drive):
    for page, text in PAGES:
        drive.files[drive_id(3)] = page
        done = project.stage("download", code=3)
        assert_sentence(done, f"Google Drive does not deliver cats/cat 3.jpg ({drive_id(3)}): ")
        assert text in done.stderr
        assert_no_output(project)
    drive.files[drive_id(3)] = jpeg("cats", 3)
    (project.folder / f"data/.download/google_drive/{drive_id(1)}").write_bytes(b"damaged since")
    drive.requests.clear()
    project.stage("download")
    asked = [id for path, id in drive.requests if path == "/uc"]
    assert drive_id(0) not in asked and drive_id(1) in asked and drive_id(3) in asked
    assert packed(project, "train")["cats/cat 1.jpg"] == jpeg("cats", 1)


@needs_gdown
def test_a_listing_that_lacks_files_is_noticed(project, drive):
    drive.partial = 1
    project.stage("download")
    assert len(packed(project, "train")) == 12


@needs_gdown
def test_a_private_or_empty_folder_is_named(project, drive):
    del drive.folders[TRAIN_ID]
    assert_sentence(project.stage("download", code=3), f"data.google_drive.train ({TRAIN_ID}): Failed to retrieve")
    drive.folders[TRAIN_ID] = ("Training", [])
    assert_sentence(project.stage("download", code=3), "see that the id is right")
    assert_no_output(project)


@needs_gdown
def test_a_busy_drive_is_asked_again_and_then_named(project, drive):
    drive.script = [None, None, 429]
    project.stage("download")
    drive.script = [503] * 4
    assert_sentence(
        project.stage("download", code=3), "Google Drive answers 503 when asked for the folder data.google_drive.train"
    )


@needs_gdown
def test_a_connection_that_breaks_is_taken_up(project, drive):
    drive.files[drive_id(60)] = zip_bytes(
        pictures("a/cats", "a/dogs") | {"a/cats/n.jpg": random.Random(0).randbytes(10**6)}
    )
    project.set(**{"data.google_drive.train": drive_id(60)})
    drive.script, drive.drop_after = [404, 404, "drop"], 600_000
    project.stage("download")
    assert (project.folder / "data/raw/train/pictures.zip").read_bytes() == drive.files[drive_id(60)]


@needs_gdown
def test_two_files_of_one_name_are_refused(project, drive):
    title, entries = drive.folders[TEST_ID]
    drive.folders[TEST_ID] = (title, [*entries, (drive_id(61), "test.zip", "file")])
    assert_sentence(project.stage("download", code=2), "two files of the name test.zip; rename one")


def test_a_missing_extra_is_named_with_its_command(project, monkeypatch):
    project.set(**{"data.source": "google_drive"})
    monkeypatch.setitem(sys.modules, "gdown", None)
    assert_sentence(project.stage("download", code=2), "needs gdown; install it with `make repro EXTRAS=drive`")
