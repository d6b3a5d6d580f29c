"""Folders of the user's own: links are followed, and end."""

import os
import subprocess
import sys

from tests.wiring import ROOT
from transfer.dataset.folders import folder_files, walk


def found(folder):
    """The names of the files, and (name, reason) of what is left out."""
    skipped = []
    names = [name for name, _ in folder_files(folder, lambda name, reason, _: skipped.append((name, reason)))]
    return names, skipped


def test_links_out_of_a_folder_are_followed(tmp_path):
    """As `dvc add` leaves pictures where the cache's type is symlink."""
    (tmp_path / "cache" / "more").mkdir(parents=True)
    (tmp_path / "cache" / "1").write_bytes(b"1")
    (tmp_path / "cache" / "more" / "2.jpg").write_bytes(b"2")
    (tmp_path / "train" / "cats").mkdir(parents=True)
    (tmp_path / "train" / "cats" / "a.jpg").symlink_to(tmp_path / "cache" / "1")
    (tmp_path / "train" / "dogs").symlink_to(tmp_path / "cache" / "more")
    (tmp_path / "train" / "gone.jpg").symlink_to(tmp_path / "cache" / "nothing")
    assert found(tmp_path / "train") == (["cats/a.jpg", "dogs/2.jpg"], [("gone.jpg", "link")])
    paths = dict(folder_files(tmp_path / "train", print))
    assert [path.read_bytes() for path in paths.values()] == [b"1", b"2"]


def test_circles_of_links_end(tmp_path):
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "x.jpg").write_bytes(b"x")
    (tmp_path / "a" / "to_b").symlink_to(tmp_path / "b")
    (tmp_path / "b" / "to_a").symlink_to(tmp_path / "a")
    (tmp_path / "a" / "self").symlink_to("self")
    names, skipped = found(tmp_path)
    assert names == ["a/to_b/x.jpg", "a/x.jpg", "b/to_a/x.jpg", "b/x.jpg"]
    assert skipped == [("a/self", "link"), ("a/to_b/to_a", "link"), ("b/to_a/self", "link"), ("b/to_a/to_b", "link")]


def test_devices_are_left_out_also_behind_links(tmp_path):
    os.mkfifo(tmp_path / "pipe.jpg")
    (tmp_path / "zeros.jpg").symlink_to("/dev/zero")
    assert found(tmp_path) == ([], [("pipe.jpg", "special_file"), ("zeros.jpg", "special_file")])


def test_junk_is_not_walked_into(tmp_path):
    (tmp_path / "@eaDir" / "a.jpg").mkdir(parents=True)
    (tmp_path / "@eaDir" / "a.jpg" / "SYNOPHOTO_THUMB_M.jpg").touch()
    (tmp_path / "a.jpg").touch()
    assert list(walk(tmp_path)) == [tmp_path / "a.jpg"]


def test_a_link_to_a_folder_above_brings_nothing_in(tmp_path):
    """Else the test pictures would be among those to train on."""
    for split in ("train", "test"):
        (tmp_path / split / "cats").mkdir(parents=True)
        (tmp_path / split / "cats" / "1.jpg").touch()
    (tmp_path / "train" / "cats" / "latest").symlink_to(tmp_path)
    assert found(tmp_path / "train") == (["cats/1.jpg"], [("cats/latest", "link")])
    (tmp_path / "train" / "cats" / "other").symlink_to(tmp_path / "test" / "cats")
    assert found(tmp_path / "train")[0] == ["cats/1.jpg", "cats/other/1.jpg"]


def test_what_may_not_be_read_is_left_out(tmp_path):
    """In a process of another user, since everything may be read by root."""
    folder = tmp_path / "train"
    for name in ("cats", "shut"):
        (folder / name).mkdir(parents=True)
        (folder / name / "1.jpg").write_bytes(b"1")
    (folder / "cats" / "2.jpg").write_bytes(b"2")
    (folder / "cats" / "2.jpg").chmod(0)
    (folder / "shut").chmod(0o444)
    code = f"""
import os, sys
sys.path[:0] = {[path for path in sys.path if path]!r}
from pathlib import Path
from transfer.dataset.archives import read_files
from tests.wiring import ROOT
from transfer.dataset.folders import folder_files
if os.getuid() == 0:
    os.setuid(65534)
skipped = []
skip = lambda *what: skipped.append(what[:2])
print([name for name, _ in read_files(folder_files(Path({str(folder)!r}), skip), skip)], sorted(skipped))
"""
    for path in (tmp_path, *tmp_path.parents[:-2]):
        path.chmod(path.stat().st_mode | 0o755)
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout == "['cats/1.jpg'] [('cats/2.jpg', 'unreadable'), ('shut', 'unreadable')]\n", done.stderr
