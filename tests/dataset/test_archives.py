"""Archives, sound and hostile: what is read, what is left out, and that nothing is written."""

import io
import os
import random
import shutil
import struct
import tarfile
import tracemalloc
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from transfer.dataset import archive_members, archives
from transfer.dataset.archive_members import is_archive
from transfer.dataset.archives import ALL_MEMBERS, member_ranges, read_files, read_pictures
from transfer.dataset.checksums import sha256
from transfer.dataset.folders import folder_files
from transfer.dataset.packing import pack
from transfer.dataset.sources.labels_table import bring_table
from transfer.errors import InputError


def read(path, members=ALL_MEMBERS):
    """The pictures by name, and (name, reason) of each member that is left out."""
    skipped = []
    pictures = list(read_pictures(path, lambda name, reason, detail: skipped.append((name, reason)), members))
    assert len(pictures) == len(dict(pictures))
    return dict(pictures), skipped


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
    junk = ["cats/Thumbs.db", "cats/@eaDir/a.jpg/SYNOPHOTO_THUMB_M.jpg", "__MACOSX/cats/._a.jpg", "cats/a.jpg.json"]
    path = zip_of(tmp_path / "x.zip", GOOD + [(name, b"x") for name in junk])
    assert read(path) == (dict(GOOD), [])


@pytest.mark.parametrize("size", [1, 2, 3, 50])
def test_consecutive_ranges_give_what_one_gives(tmp_path, size):
    link = zipfile.ZipInfo("cats/link.jpg")
    link.external_attr = 0o120777 << 16
    names = ["cats/a.jpg", "cats/", link, "../up.jpg", "cats/Thumbs.db", "cats/b.jpg", "cats/a.jpg", "cats/c.jpg", link]
    with pytest.warns(UserWarning, match="Duplicate name"):
        paths = [zip_of(tmp_path / "x.zip", [(name, b"1") for name in names])]
    paths += [zip_of(tmp_path / "links.zip", [(link, b"1")]), zip_of(tmp_path / "none.zip", [])]
    paths += [tar_of(tmp_path / "x.tar", GOOD)]
    for path in paths:
        members, skipped = read(path)
        in_ranges = [read(path, part) for part in member_ranges(path, size)]
        assert [member for found, _ in in_ranges for member in found.items()] == list(members.items())
        assert [member for _, left_out in in_ranges for member in left_out] == skipped


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
    monkeypatch.setattr(archives, "MAX_BYTES", 2**24)
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(*GOOD[0])
        with archive.open("dogs/bomb.jpg", "w", force_zip64=True) as member:
            for _ in range(20):
                member.write(bytes(2**20))
    assert path.stat().st_size < 30_000
    members, skipped = read(path)
    assert members == dict(GOOD[:1]) and skipped == [("dogs/bomb.jpg", "too_many_bytes")]
    # Nor is one that stays below the limit of a member, but not all together: 40 MiB in 40 kB.
    zeros = bytes(2 * 2**20)
    with zipfile.ZipFile(tmp_path / "many.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for index in range(20):
            archive.writestr(f"dogs/{index}.jpg", zeros)
    members, skipped = read(tmp_path / "many.zip")
    assert not members and {reason for _, reason in skipped} == {"too_many_bytes"} and len(skipped) == 20
    # A header that lies about the size gives no more bytes than it says, and fails its checksum.
    content = bytearray(path.read_bytes())
    at = content.rindex(b"PK\x01\x02")
    content[at + 24 : at + 28] = struct.pack("<I", 1000)
    path.write_bytes(content)
    members, skipped = read(path)
    assert members == dict(GOOD[:1]) and skipped == [("dogs/bomb.jpg", "damaged_member")]


@pytest.mark.parametrize("kind", ["BMP", "TIFF", "PPM"])
def test_a_plain_picture_that_shrinks_much_is_no_bomb(tmp_path, kind):
    stream = io.BytesIO()
    Image.new("RGB", (1200, 900), "white").save(stream, kind)
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("cats/plain", stream.getvalue())
        archive.writestr("cats/longer", stream.getvalue() + bytes(2**25))  # than its pixels explain
    assert path.stat().st_size * 200 < len(stream.getvalue()) + 2**25
    assert read(path) == ({"cats/plain": stream.getvalue()}, [("cats/longer", "too_many_bytes")])


def test_names_in_utf8_without_its_flag_are_read_as_utf8(tmp_path):
    """As macOS' archiver writes them; a name that is no UTF-8 stays what the zip's own code page makes of it."""
    path = zip_of(tmp_path / "x.zip", [("K__tzchen/a.jpg", b"1"), ("K_fig/b.jpg", b"2")])
    content = path.read_bytes().replace(b"K__tzchen", "Kätzchen".encode()).replace(b"K_fig", b"K\x84fig")
    path.write_bytes(content)
    assert read(path) == ({"Kätzchen/a.jpg": b"1", "Käfig/b.jpg": b"2"}, [])


def test_folders_and_files_written_with_backslashes(tmp_path):
    """As some Windows programs write them."""
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("data\\cats\\", b"")
        archive.writestr("data\\cats\\1.jpg", b"1")
        archive.writestr("data\\LABELS.csv", b"file,label\n")
    assert [name for name, _ in read_pictures(tmp_path / "a.zip", print)] == ["data/cats/1.jpg", "data/LABELS.csv"]
    (tmp_path / "raw" / "all").mkdir(parents=True)
    shutil.move(tmp_path / "a.zip", tmp_path / "raw" / "all" / "a.zip")
    bring_table(tmp_path / "raw", "data/labels.csv")
    assert (tmp_path / "raw" / "labels.csv").read_bytes() == b"file,label\n"


def test_a_member_compressed_in_a_way_that_is_not_read_is_named(tmp_path):
    path = zip_of(tmp_path / "x.zip", [*GOOD, ("dogs/new.jpg", b"x")])
    content = bytearray(path.read_bytes())
    for signature, method in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        content[content.rindex(signature) + method] = 9  # Deflate64, which Windows uses for large files
    path.write_bytes(content)
    skipped = []
    members = dict(read_pictures(path, lambda *member: skipped.append(member)))
    assert members == dict(GOOD)
    assert skipped == [("dogs/new.jpg", "unread_compression", "compressed by deflate64: extract it and zip it again")]


@pytest.mark.parametrize(
    "start, kind",
    [
        (b"7z\xbc\xaf\x27\x1c\0\x04", "7z"),
        (b"Rar!\x1a\x07\x01\0", "RAR"),
        (b"\x28\xb5\x2f\xfd\x04", "Zstandard"),
    ],
)
def test_another_kind_of_archive_is_named_and_what_to_do(tmp_path, start, kind):
    (tmp_path / "x.zip").write_bytes(start + bytes(100))
    with pytest.raises(InputError, match=f"of the kind {kind}, which is not read; extract it and zip it again"):
        read(tmp_path / "x.zip")


def test_many_empty_members_are_survived(tmp_path):
    path = zip_of(tmp_path / "x.zip", [(f"cats/{i}.jpg", b"") for i in range(20_000)])
    assert sum(1 for _ in read_pictures(path, pytest.fail)) == 20_000


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 cut", b"<html>", bytes(100), bytes(10_240)])
def test_what_is_no_archive_is_refused(tmp_path, content):
    path = tmp_path / "x.zip"
    path.write_bytes(content)
    if content == bytes(10_240):  # an empty tar: an archive, of nothing
        assert read(path) == ({}, [])
    else:
        with pytest.raises(InputError, match=r"x\.zip is (not a zip|broken)"):
            read(path)


def test_an_archive_cut_short_is_refused_or_reported(tmp_path):
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
        pack(read_files(folder_files(tmp_path / name, print), print), tmp_path / f"{name}.zip")
    assert sha256(tmp_path / "one.zip") == sha256(tmp_path / "two.zip")
    assert read(tmp_path / "one.zip") == (dict(GOOD), [])


def test_a_name_that_is_not_utf8_is_taken_for_latin1(tmp_path):
    try:
        (tmp_path / "folder").mkdir()
        Path(os.fsdecode(os.fsencode(tmp_path / "folder") + b"/caf\xe9.jpg")).write_bytes(b"one")
        (tmp_path / "folder" / "猫.jpg").write_bytes(b"two")
    except OSError:
        pytest.skip("this file system takes no such names")
    files = folder_files(tmp_path / "folder", pytest.fail)
    pack(read_files(files, pytest.fail), tmp_path / "packed.zip")
    assert dict(read_pictures(tmp_path / "packed.zip", pytest.fail)) == {"café.jpg": b"one", "猫.jpg": b"two"}


def test_a_header_that_claims_gigabytes_is_not_read(tmp_path, monkeypatch):
    monkeypatch.setattr(archive_members, "MAX_BYTES", 2**22)
    info = tarfile.TarInfo("pax")
    info.type, info.size = tarfile.XHDTYPE, 2**26
    path = tmp_path / "x.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        archive.addfile(info, io.BytesIO(bytes(info.size)))
    assert path.stat().st_size < 75_000
    tracemalloc.start()
    with pytest.raises(InputError, match="not a zip or tar archive|broken"):
        read(path)
    assert tracemalloc.get_traced_memory()[1] < 2**22
    tracemalloc.stop()


def test_a_tar_that_ends_in_a_zip_is_a_tar(tmp_path):
    inner = zip_of(tmp_path / "inner.zip", [("cats/hidden.jpg", b"3")])
    path = tar_of(tmp_path / "x.tar", [*GOOD, ("inner.zip", inner.read_bytes())])
    assert read(path) == (dict(GOOD), [("inner.zip", "nested_archive")])


def test_archives_in_a_folder_are_opened_below_their_name(tmp_path):
    folder = tmp_path / "pictures"
    (folder / "b").mkdir(parents=True)
    zip_of(folder / "cats.zip", [("1.jpg", b"1"), ("../2.jpg", b"2"), ("deep/dogs/3.jpg", b"3")])
    tar_of(folder / "b" / "dogs.tar.gz", [("4.jpg", b"4")], "w:gz")
    (folder / "c.jpg").write_bytes(b"5")
    skipped = []
    found = list(read_files(folder_files(folder, print), lambda *member: skipped.append(member[:2])))
    assert found == [("b/dogs/4.jpg", b"4"), ("c.jpg", b"5"), ("cats/1.jpg", b"1"), ("cats/deep/dogs/3.jpg", b"3")]
    assert skipped == [("cats/../2.jpg", "unsafe_name")]
    (folder / "quota.zip").write_text("<html>")
    with pytest.raises(InputError, match="quota.zip is not a zip or tar"):
        list(read_files(folder_files(folder, print), print))


@pytest.mark.parametrize("mode", ["zip", "w", "w:gz", "w:bz2", "w:xz"])
def test_damage_anywhere_is_an_input_error_or_reported(tmp_path, mode):
    """300 archives with a few bytes changed or a piece cut out: no other exception, nothing read that was not there."""
    rng = random.Random(mode)
    members = [(f"cats/{index}.jpg", rng.randbytes(300)) for index in range(6)]
    path = tmp_path / "x"
    make = zip_of(path, members) if mode == "zip" else tar_of(path, members, mode)
    sound = make.read_bytes()
    refused = 0
    for _ in range(300):
        content = bytearray(sound)
        for _ in range(rng.choice((1, 3, 10))):
            content[rng.randrange(len(content))] = rng.randrange(256)
        if rng.random() < 0.3:
            start = rng.randrange(len(content))
            del content[start : start + rng.randrange(400)]
        path.write_bytes(content)
        try:
            found, skipped = read(path)
            refused += bool(skipped)
        except InputError as error:
            refused += 1
            assert len(str(error).splitlines()) == 1
        else:
            assert len(found) + len(skipped) <= 7
    assert refused > 50 or mode == "w"
