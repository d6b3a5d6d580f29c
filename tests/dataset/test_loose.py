"""Loose pictures: which files are looked at, in which order, and none before it is its turn."""

from itertools import islice
from pathlib import Path

from PIL import Image

from transfer.dataset.loose import list_files, prepare_files
from transfer.dataset.pictures import Prepared, encode


def test_files_come_by_name_folder_by_folder_without_junk(tmp_path):
    for name in (
        "b/2.jpg",
        "b/10.jpg",
        "a/x.png",
        "z.jpg",
        ".hidden/x.jpg",
        "__MACOSX/z.jpg",
        "b/Thumbs.db",
        "b/.x.jpg",
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "b/loop").symlink_to(tmp_path / "b")
    found = [str(path.relative_to(tmp_path)) for path in list_files([tmp_path / "b", tmp_path, tmp_path / "z.jpg"])]
    assert found == ["b/10.jpg", "b/2.jpg", "z.jpg", "a/x.png", "b/10.jpg", "b/2.jpg", "z.jpg"]


def test_files_are_not_listed_ahead_of_their_turn():
    def endless():
        while True:
            yield Path("nowhere.jpg")

    found = prepare_files(endless(), size=32, min_size=1, max_pixels=10**6)
    assert list(islice(found, 100)) == [(Path("nowhere.jpg"), ("unreadable", "no such file"))] * 100
    found.close()


def test_a_picture_comes_prepared_and_another_with_its_reason(tmp_path):
    jpeg = encode(Image.linear_gradient("L").convert("RGB"))
    (tmp_path / "a.jpg").write_bytes(jpeg)
    (tmp_path / "b.jpg").write_bytes(jpeg[:-100])
    (one, picture), (_, (reason, _)) = prepare_files([tmp_path], size=48, min_size=1, max_pixels=10**6)
    assert one == tmp_path / "a.jpg" and isinstance(picture, Prepared) and reason == "truncated"
