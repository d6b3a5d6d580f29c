"""What the record says of the places on this machine."""

import json

from tests.dataset.samples import fill
from transfer.project.source_record import RECORD, refresh_record


def test_folders_archives_and_empty_folders_are_counted(project, tmp_path, monkeypatch):
    monkeypatch.chdir(project.folder)
    folder = fill(tmp_path / "train", 2)
    (tmp_path / "test.zip").write_bytes(b"PK")
    places = {"train": str(folder), "test": str(tmp_path / "test.zip")}
    assert refresh_record(places) == []
    recorded = json.loads(RECORD.read_text())
    assert {split: state["files"] for split, state in recorded.items()} == {"train": 4, "test": 1}
    for picture in [path for path in folder.rglob("*") if path.is_file()]:
        picture.unlink()
    (said,) = refresh_record(places)
    assert said.startswith(f"{folder} has changed: 4 files of ") and said.endswith(" before, 0 files of 0 bytes now.")
    assert refresh_record(places) == []


def test_what_is_behind_links_counts_and_a_link_that_leads_nowhere_hides_nothing(project, tmp_path, monkeypatch):
    monkeypatch.chdir(project.folder)
    pool = fill(tmp_path / "pool", 2)
    folder = fill(tmp_path / "train", 1, ("birds",))
    (folder / "cats").symlink_to(pool / "cats")
    (folder / "birds" / "linked.jpg").symlink_to(pool / "dogs" / "dog.0.jpg")
    (folder / "birds" / "gone.jpg").symlink_to(tmp_path / "nowhere")
    (folder / "birds" / "round").symlink_to(folder)
    refresh_record({"train": str(folder)})
    assert json.loads(RECORD.read_text())["train"]["files"] == 4
    for changed in (pool / "cats" / "cat.1.jpg", pool / "dogs" / "dog.0.jpg"):
        content = bytearray(changed.read_bytes())
        content[-9] ^= 1  # of the same size
        changed.write_bytes(content)
        assert len(refresh_record({"train": str(folder)})) == 1
        assert refresh_record({"train": str(folder)}) == []


def test_the_hash_of_a_folder_is_the_one_that_dvc_gives_it(project, tmp_path, monkeypatch):
    monkeypatch.chdir(project.folder)
    folder = fill(project.folder / "data" / "pictures", 2)
    refresh_record({"train": str(folder)})
    project.run("dvc", "add", "data/pictures")
    assert json.loads(RECORD.read_text())["train"]["md5"] in (project.folder / "data/pictures.dvc").read_text()
