"""Names and classes are set in order, whatever the folders are called, and nothing that was set aside is lost."""

import csv
import unicodedata

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transfer.classes import Classes
from transfer.dataset.audit import check_classes, check_rejects
from transfer.dataset.labels import Picture, label_by_folder
from transfer.dataset.pictures import Prepared
from transfer.dataset.rejects import Rejects, printable
from transfer.dataset.summary import summarise
from transfer.errors import InputError

SOUND = ["train/cats/1.jpg", "train/dogs/2.jpg", "test/cats/3.jpg", "test/dogs/4.jpg"]


def pictures_named(*names):
    return [Picture(name, Prepared(b"", "0", "0", 30, 20, 0, b""), 0) for name in names]


def arranged(*names, positive="dogs", rejects=None):
    return label_by_folder(pictures_named(*names), rejects or Rejects(), [positive])


def test_train_comes_first_then_by_name():
    names = [picture.name for picture in arranged(*SOUND[::-1])]
    assert names == SOUND


def test_folders_around_everything_are_taken_out_of_names_of_rejects_too():
    rejects = Rejects()
    rejects.add("train/my/photos/cats/x.jpg", "empty", "")
    rejects.add("train/readme.txt", "no_class_folder", "")
    pictures = arranged("train/my/photos/cats/1.jpg", "train/my/photos/dogs/2.jpg", *SOUND[2:], rejects=rejects)
    assert [picture.name for picture in pictures] == SOUND
    assert [file for file, *_ in rejects.rows] == ["train/cats/x.jpg", "train/readme.txt"]


def test_a_class_may_lie_at_several_depths():
    pictures = arranged("train/cats/1.jpg", "train/2019/dogs/2.jpg", "train/2020/dogs/2.jpg", *SOUND[2:])
    assert [(picture.name, picture.label) for picture in pictures[:2]] == [
        ("train/2019/dogs/2.jpg", "dogs"),
        ("train/2020/dogs/2.jpg", "dogs"),
    ]


def test_classes_that_differ_in_case_or_unicode_form_are_one():
    nfc, nfd = (unicodedata.normalize(form, "chäts") for form in ("NFC", "NFD"))
    pictures = arranged(f"train/{nfc}/1.jpg", "train/Dogs/2.jpg", f"test/{nfd}/3.jpg", "test/DOGS/4.jpg")
    check_classes(pictures, Rejects(), False)
    assert {picture.label for picture in pictures if picture.label != "dogs"} <= {nfc, nfd}
    assert len({picture.label for picture in pictures}) == 2


def test_pictures_that_all_fail_are_named_where_their_class_is_missing():
    rejects = Rejects()
    rejects.add("train/cats/1.jpg", "html", "a web page")
    pictures = arranged("train/dogs/2.jpg", *SOUND[2:], rejects=rejects)
    with pytest.raises(InputError, match=r"train has 1 class folders .*\(dogs\).* \(.*html 1; e.g. train/cats/1.jpg\)"):
        check_classes(pictures, rejects, False)


def test_the_share_of_rejects():
    rejects = Rejects()
    rejects.add("train/cats/x.jpg", "empty", "")
    check_rejects(rejects, 19, 0.05)
    with pytest.raises(InputError, match=r"1 of 10 files .*\(empty 1; e.g. train/cats/x.jpg\).*fraction 0.05"):
        check_rejects(rejects, 9, 0.05)


def test_the_summary_counts_everything():
    pictures = arranged(*SOUND)
    rejects = Rejects()
    rejects.add("train/cats/x.jpg", "leak", "")
    summary = summarise(pictures, rejects, Classes(("cats", "dogs"), "dogs"))
    assert summary["counts"] == {
        "train": {"cats": 1, "dogs": 1},
        "validation": {"cats": 0, "dogs": 0},
        "test": {"cats": 1, "dogs": 1},
        "all": 4,
    }
    assert summary["rejects"] == {"duplicate": 0, "label_conflict": 0, "leak": 1, "near_duplicate": 0, "all": 1}
    assert summary["size"]["width"] == {"min": 30, "median": 30.0, "max": 30}


@given(st.lists(st.text(st.characters(), min_size=1), max_size=5))
def test_any_name_survives_the_table_of_rejects(tmp_path_factory, names):
    rejects, path = Rejects(), tmp_path_factory.mktemp("rejects") / "rejects.csv"
    for name in [*names, "carriage\rreturn", "not utf-8 \udcff", "zero\0"]:
        rejects.add(name, "empty", name)
    rejects.write(path)
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["file"] for row in rows] == sorted(printable(file) for file, *_ in rejects.rows)
    assert list(pd.read_csv(path, keep_default_na=False, dtype=str)["file"]) == [row["file"] for row in rows]
