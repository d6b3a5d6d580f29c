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
