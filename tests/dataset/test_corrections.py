"""Corrections do what they say to the pictures that they name, and to no other."""

from dataclasses import replace

import pytest

from tests.dataset.made import arranged
from transfer.classes import Classes
from transfer.dataset.corrections import Corrections
from transfer.dataset.corrections_record import count_corrections, read_record, write_record
from transfer.dataset.corrections_table import Correction
from transfer.dataset.labels import Picture
from transfer.dataset.rejects import Rejects
from transfer.dataset.summary import summarise
from transfer.errors import InputError

NAMES = ("train/cats/1.jpg", "train/cats/2.jpg", "train/dogs/3.jpg", "test/cats/4.jpg", "test/dogs/5.jpg")


def made(*names: str, ids: dict[str, str] | None = None) -> list[Picture]:
    """Pictures with these names in order, the n-th of which has the id n unless `ids` gives it another."""
    pictures = arranged(*names or NAMES)
    for position, picture in enumerate(pictures):
        id_ = (ids or {}).get(picture.name, f"{position}")
        picture.prepared, picture.position = replace(picture.prepared, id=id_), position
    return pictures


def applied(pictures: list[Picture], *rows: Correction, listed=None) -> tuple[Corrections, list[Picture], Rejects]:
    corrections, rejects = Corrections(list(rows)), Rejects()
    return corrections, corrections.apply(pictures, rejects, listed), rejects


def test_pictures_get_other_labels_and_go():
    rows = [Correction("1", "", "relabel", "DOGS", "see the ears"), Correction("", "test/dogs/5.jpg", "drop")]
    corrections, left, rejects = applied(made(), *rows)
    assert [(picture.name, picture.label, picture.given) for picture in left] == [
        ("train/cats/1.jpg", "cats", ""),
        ("train/cats/2.jpg", "dogs", "cats"),
        ("train/dogs/3.jpg", "dogs", ""),
        ("test/cats/4.jpg", "cats", ""),
    ]
    assert rejects.rows == [("test/dogs/5.jpg", "dropped_by_hand", "data/corrections.csv drops it")]
    record = corrections.record([*left, *corrections.dropped], set())
    assert [tuple(row.values()) for row in record] == [
        ("1", "train/cats/2.jpg", "train", "relabel", "cats", "dogs", "see the ears"),
        ("4", "test/dogs/5.jpg", "test", "drop", "dogs", "", ""),
    ]
    assert count_corrections(record) == {
        "test": {"relabel": 0, "drop": 1, "keep": 0},
        "train": {"relabel": 1, "drop": 0, "keep": 0},
        "all": 2,
    }


def test_a_record_is_read_as_it_was_written(tmp_path):
    corrections, left, _ = applied(made(), Correction("1", "", "relabel", "dogs", 'the "ears", é'))
    record = corrections.record(left, set())
    write_record(tmp_path / "corrected.csv", record)
    assert read_record(tmp_path / "corrected.csv") == record != []


def test_none_count_nothing():
    assert count_corrections([]) == {} and Corrections().notes() == []


@pytest.mark.parametrize("listed, known", [(None, "cats, dogs"), (["dogs", "cats"], "dogs, cats")])
def test_a_label_that_is_no_class_is_refused(listed, known):
    with pytest.raises(InputError, match=f"relabels 1 as dgos, which is no class here; the classes are {known}"):
        applied(made(), Correction("1", "", "relabel", "dgos"), listed=listed)


def test_rows_that_name_no_picture_are_named():
    corrections, left, _ = applied(made(), Correction("9", "train/x.jpg", "drop"), Correction("", "y.jpg", "keep"))
    assert len(left) == len(NAMES)
    assert corrections.notes() == [
        "data/corrections.csv names 2 that are not there, or not to be read: 9 (train/x.jpg), y.jpg"
    ]


def test_a_picture_under_two_classes_gets_one_and_had_none():
    ids = {"train/cats/2.jpg": "same", "train/dogs/3.jpg": "same"}
    corrections, left, _ = applied(made(ids=ids), Correction("same", "", "relabel", "dogs"))
    assert [picture.label for picture in left if picture.prepared.id == "same"] == ["dogs", "dogs"]
    (row,) = corrections.record(left, set())
    assert (row["given"], row["label"]) == ("", "dogs")


def test_of_one_picture_under_two_names_the_file_says_which_is_kept():
    ids = {"train/cats/2.jpg": "same", "train/dogs/3.jpg": "same"}
    corrections, left, _ = applied(made(ids=ids), Correction("same", "train/dogs/3.jpg", "keep"))
    assert [left[place].name for place in corrections.kept(left)] == ["train/dogs/3.jpg"]
    assert corrections.record(left, {"same"})[0]["given"] == ""
    assert corrections.record(left, set())[0]["given"] == "dogs"


def test_what_breaks_a_limit_stays_only_if_it_is_kept():
    pictures = made()
    for picture in pictures[:2]:
        picture.prepared = replace(picture.prepared, forgiven=("too_small", "9 x 9 pixels"))
    corrections, left, rejects = applied(pictures, Correction("", "train/cats/1.jpg", "keep"))
    assert rejects.rows == [("train/cats/2.jpg", "too_small", "9 x 9 pixels")]
    (row,) = corrections.record(left, set())
    assert (row["file"], row["given"], row["label"]) == ("train/cats/1.jpg", "", "cats")


def test_a_relabelled_picture_does_not_make_class_folders_look_like_groups():
    classes = Classes(("asters", "lilies", "roses", "tulips", "weeds"))
    names = [f"train/{name}/{n}.jpg" for name in classes.names for n in range(6)]
    _, left, _ = applied(made(*names), Correction("1", "", "relabel", "roses"))
    for picture in left:
        picture.place = picture.name.removeprefix("train/")
    assert left[1].label == "roses"
    assert "suggested_group" not in summarise(left, Rejects(), classes, str)
