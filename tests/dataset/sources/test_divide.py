"""Pictures from one place, divided: each is decompressed once."""

import gzip
import tarfile
import zipfile
from collections import Counter

import pytest

from tests.dataset.samples import pictures
from transfer.dataset.archives import read_pictures
from transfer.dataset.sources.divide import divide

MEMBERS = pictures("all/train/cats", "all/test/dogs", n=4)


def members(folder, split):
    with zipfile.ZipFile(folder / split / "pictures.zip") as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def halves(folder):
    return [sorted(members(folder, split)) for split in ("train", "test")]


def test_each_member_of_a_zip_is_decompressed_once(tmp_path, monkeypatch):
    path = tmp_path / "one.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in MEMBERS.items():
            archive.writestr(name, content)
    reads, real = Counter(), zipfile.ZipFile.read

    def read(self, info):
        reads[info.filename] += 1
        return real(self, info)

    with monkeypatch.context() as patch:
        patch.setattr(zipfile.ZipFile, "read", read)
        divide(lambda on_skip: read_pictures(path, on_skip), tmp_path, 0.5, pytest.fail)
    assert reads == dict.fromkeys(MEMBERS, 1)
    assert members(tmp_path, "train") | members(tmp_path, "test") == MEMBERS
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one.zip", "test", "train"]


def test_a_compressed_tar_is_decompressed_once(tmp_path, monkeypatch):
    path = tmp_path / "one.tar.gz"
    (tmp_path / "all").mkdir()
    for number, content in enumerate(MEMBERS.values()):
        (tmp_path / "all" / f"{number}.jpg").write_bytes(content * 20)
    with tarfile.open(path, "w:gz") as archive:
        archive.add(tmp_path / "all", "all")
    total = len(gzip.decompress(path.read_bytes()))
    decompressed, real = [], gzip.GzipFile.read

    def read(self, size=-1):
        content = real(self, size)
        decompressed.append(len(content))
        return content

    with monkeypatch.context() as patch:
        patch.setattr(gzip.GzipFile, "read", read)
        divide(lambda on_skip: read_pictures(path, on_skip), tmp_path, 0.5, pytest.fail)
    assert 0.9 * total < sum(decompressed) < 1.1 * total  # the header is read twice: to see that it is a tar
    assert len(members(tmp_path, "train")) + len(members(tmp_path, "test")) == len(MEMBERS)


@pytest.mark.parametrize(
    "names, test",
    [
        (["train/a.jpg", "val/b.jpg"], ["val/b.jpg"]),
        (["x/Training/a.jpg", "x/Testing/b.jpg", "x/val/c.jpg"], ["x/Testing/b.jpg"]),
        (["train/a.jpg", "test.jpg", "train/val/b.jpg"], ["train/val/b.jpg"]),
    ],
)
def test_folders_that_are_named_decide(tmp_path, names, test):
    divide(lambda on_skip: ((name, b"1") for name in names), tmp_path, 0.9, pytest.fail)
    assert halves(tmp_path) == [sorted(set(names) - set(test)), test]


def test_what_is_left_out_is_reported_where_it_would_have_gone(tmp_path):
    reported = []

    def read(on_skip):
        yield "train/a.jpg", b"1"
        on_skip("test/x.jpg", "link", "not a plain file")
        yield "test/b.jpg", b"2"

    divide(read, tmp_path, 0.5, lambda *member: reported.append(member))
    assert reported == [("test/test/x.jpg", "link", "not a plain file")]
    assert halves(tmp_path) == [["train/a.jpg"], ["test/b.jpg"]]
