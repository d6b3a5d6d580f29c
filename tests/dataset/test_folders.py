"""Folders of the user's own: links are followed, and end."""

import os

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
