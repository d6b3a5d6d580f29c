"""Archives, sound and hostile: what is read, what is passed over, and that nothing is written."""

import io
import struct
import tarfile
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stages.dataset.archives import folder_files, is_archive, is_junk, pack, read_pictures, sha256
from stages.errors import InputError


def read(path):
    skipped = []
    members = dict(read_pictures(path, lambda name, reason, detail: skipped.append((name, reason))))
    return members, skipped


def zip_of(path, members):
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members:
            archive.writestr(name, content)
    return path


def tar_of(path, members, mode="w"):
    with tarfile.open(path, mode) as archive:
        for name, content in members:
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return path


GOOD = [("train/cats/a.jpg", b"1"), ("train/dogs/b.jpg", b"22")]


@pytest.mark.parametrize("mode", ["zip", "w", "w:gz", "w:bz2", "w:xz"])
def test_pictures_of_every_kind_of_archive(tmp_path, mode):
    path = zip_of(tmp_path / "x", GOOD) if mode == "zip" else tar_of(tmp_path / "x", GOOD, mode)
    assert is_archive(path)  # whatever its name
    assert read(path) == (dict(GOOD), [])


def test_what_file_managers_leave_is_ignored(tmp_path):
    junk = ["cats/Thumbs.db", "cats/.DS_Store", "__MACOSX/cats/._a.jpg", "cats/desktop.ini", ".git/x"]
    path = zip_of(tmp_path / "x.zip", GOOD + [(name, b"x") for name in junk])
    assert read(path) == (dict(GOOD), [])
    assert all(is_junk(name) for name in junk) and not is_junk("cats/a.jpg")


@pytest.mark.parametrize("name", ["../up.jpg", "cats/../../up.jpg", "/etc/cron.d/x.jpg", "C:\\x.jpg", "..\\up.jpg"])
@pytest.mark.parametrize("make", [zip_of, tar_of])
def test_names_that_climb_out_are_skipped(tmp_path, make, name):
    (tmp_path / "in").mkdir()
    members, skipped = read(make(tmp_path / "in" / "x", [*GOOD, (name, b"bad")]))
    assert members == dict(GOOD)
    assert [reason for _, reason in skipped] == ["unsafe_name"]
    assert [path.name for path in tmp_path.rglob("*")] == ["in", "x"]


def test_links_and_devices_are_skipped(tmp_path):
    path = tar_of(tmp_path / "x.tar", GOOD)
    with tarfile.open(path, "a") as archive:
        for name, kind in [("l.jpg", tarfile.SYMTYPE), ("h.jpg", tarfile.LNKTYPE), ("d.jpg", tarfile.CHRTYPE)]:
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, "/etc/passwd"
            archive.addfile(info)
    assert read(path) == (dict(GOOD), [("l.jpg", "link"), ("h.jpg", "link"), ("d.jpg", "special_file")])
    link = zipfile.ZipInfo("l.jpg")
    link.external_attr = 0o120777 << 16
    path = zip_of(tmp_path / "x.zip", [*GOOD, (link, "/etc/passwd")])
    assert read(path) == (dict(GOOD), [("l.jpg", "link")])


def test_encrypted_nested_double_and_huge_members_are_skipped(tmp_path):
    with pytest.warns(UserWarning, match="Duplicate"):
        path = zip_of(tmp_path / "x.zip", [*GOOD, GOOD[0], ("more/inner.zip", b"PK"), ("secret.jpg", b"x")])
    content = bytearray(path.read_bytes())
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):  # set the encryption bit of the last member
        content[content.rindex(signature) + flags] |= 1
    path.write_bytes(content)
    members, skipped = read(path)
    assert members == dict(GOOD)
    assert sorted(reason for _, reason in skipped) == ["duplicate_name", "encrypted", "nested_archive"]


def test_a_bomb_is_not_inflated(tmp_path, monkeypatch):
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(*GOOD[0])
        with archive.open("dogs/bomb.jpg", "w", force_zip64=True) as member:
            for _ in range(300):
                member.write(bytes(2**20))
    assert path.stat().st_size < 400_000
    members, skipped = read(path)
    assert members == dict(GOOD[:1]) and skipped == [("dogs/bomb.jpg", "too_many_bytes")]
    # A header that lies about the size gives no more bytes than it says, and fails its checksum.
    content = bytearray(path.read_bytes())
    at = content.rindex(b"PK\x01\x02")
    content[at + 24 : at + 28] = struct.pack("<I", 1000)
    path.write_bytes(content)
    members, skipped = read(path)
    assert members == dict(GOOD[:1]) and skipped == [("dogs/bomb.jpg", "damaged_member")]


def test_many_empty_members_are_survived(tmp_path):
    path = zip_of(tmp_path / "x.zip", [(f"cats/{i}.jpg", b"") for i in range(100_000)])
    assert sum(1 for _ in read_pictures(path, print)) == 100_000


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 cut", b"<html>", bytes(100), bytes(10_240)])
def test_what_is_no_archive_is_refused(tmp_path, content):
    path = tmp_path / "x.zip"
    path.write_bytes(content)
    if content == bytes(10_240):  # an empty tar: an archive, of nothing
        assert read(path) == ({}, [])
    else:
        with pytest.raises(InputError, match=r"x\.zip is (not a zip|broken)"):
            read(path)


def test_an_archive_cut_short_is_refused_or_told(tmp_path):
    path = tar_of(tmp_path / "x.tar.gz", [("cats/a.jpg", b"x" * 100_000)], "w:gz")
    path.write_bytes(path.read_bytes()[:-20])
    try:
        members, skipped = read(path)
    except InputError as error:
        assert "broken" in str(error)
    else:
        assert not members and [reason for _, reason in skipped] == ["damaged_member"]


@given(st.lists(st.text(min_size=1, max_size=40), max_size=8, unique=True))
def test_no_name_gets_out(tmp_path_factory, names):
    folder = tmp_path_factory.mktemp("hostile")
    path = folder / "x.tar"
    tar_of(
        path, [(name, b"x") for name in names if "\0" not in name and not any(0xD800 <= ord(c) < 0xE000 for c in name)]
    )
    members, _ = read(path)
    for name in members:
        assert not name.startswith("/") and ".." not in name.split("/")
    assert [found.name for found in folder.iterdir()] == ["x.tar"]


def test_packing_depends_on_names_and_contents_alone(tmp_path):
    for name in ("one", "two"):
        for member, content in reversed(GOOD) if name == "two" else GOOD:
            target = tmp_path / name / member
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        pack(folder_files(tmp_path / name, print), tmp_path / f"{name}.zip")
    assert sha256(tmp_path / "one.zip") == sha256(tmp_path / "two.zip")
    assert read(tmp_path / "one.zip") == (dict(GOOD), [])


def test_links_out_of_a_folder_are_passed_over(tmp_path):
    (tmp_path / "secret").write_bytes(b"x")
    (tmp_path / "pictures" / "cats").mkdir(parents=True)
    (tmp_path / "pictures" / "cats" / "a.jpg").write_bytes(b"1")
    (tmp_path / "pictures" / "cats" / "b.jpg").symlink_to(tmp_path / "secret")
    (tmp_path / "pictures" / "cats" / "c.jpg").symlink_to(tmp_path / "pictures" / "cats" / "a.jpg")
    skipped = []
    names = [name for name, _ in folder_files(tmp_path / "pictures", lambda *member: skipped.append(member[0]))]
    assert names == ["cats/a.jpg", "cats/c.jpg"] and skipped == ["cats/b.jpg"]
