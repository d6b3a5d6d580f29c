"""Names and classes are set in order, whatever the folders are called, and unlisted classes are left out."""

import unicodedata
from pathlib import Path

import pytest

from tests.dataset.made import SOUND, arranged, holder
from transfer.classes import Classes
from transfer.dataset.audit import check_classes
from transfer.dataset.labels import leave_out_unlisted
from transfer.dataset.rejects import Rejects
from transfer.errors import InputError


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


def test_what_lies_loose_around_all_class_folders_is_in_none():
    """As previews and montages beside the folders Cat and Dog of Microsoft's archive."""
    rejects = Rejects()
    names = [f"{split}/Pets/{label}/{n}.jpg" for split in ("train", "test") for label in ("Cat", "Dog") for n in (1, 2)]
    pictures = arranged(*names, *(f"train/Pets/loose {n}.jpg" for n in range(5)), rejects=rejects)
    assert {picture.label for picture in pictures} == {"Cat", "Dog"}
    assert rejects.counts() == {"no_class_folder": 5}


def test_a_class_may_lie_at_several_depths():
    pictures = arranged("train/cats/1.jpg", "train/2019/dogs/2.jpg", "train/2020/dogs/2.jpg", *SOUND[2:])
    assert [(picture.name, picture.label) for picture in pictures[:2]] == [
        ("train/2019/dogs/2.jpg", "dogs"),
        ("train/2020/dogs/2.jpg", "dogs"),
    ]


def test_classes_that_differ_in_case_or_unicode_form_are_one():
    nfc, nfd = (unicodedata.normalize(form, "chäts") for form in ("NFC", "NFD"))
    pictures = arranged(f"train/{nfc}/1.jpg", "train/Dogs/2.jpg", f"test/{nfd}/3.jpg", "test/DOGS/4.jpg")
    check_classes(pictures, Rejects(), False, Path())
    assert {picture.label for picture in pictures if picture.label != "dogs"} <= {nfc, nfd}
    assert len({picture.label for picture in pictures}) == 2


def test_a_target_is_the_place_of_the_class():
    pictures = arranged("train/a/1.jpg", "train/b/1.jpg", "train/c/1.jpg")
    assert [picture.columns(Classes(("c", "a", "b")))["target"] for picture in pictures] == [1, 2, 0]


def test_classes_that_are_not_listed_are_left_out_with_all_their_files():
    rejects = Rejects()
    rejects.add("train/owls/x.jpg", "empty", "no bytes")
    rejects.add("train/cats/x.jpg", "empty", "no bytes")
    pictures = arranged(*SOUND, "train/Owls/5.jpg", "test/owls/6.jpg", rejects=rejects)
    kept = leave_out_unlisted(pictures, rejects, ["dogs", "cats"], holder)
    assert [picture.name for picture in kept] == SOUND
    assert sorted(rejects.rows) == [
        ("test/owls/6.jpg", "class_not_listed", "data.classes does not name Owls"),
        ("train/Owls/5.jpg", "class_not_listed", "data.classes does not name Owls"),
        ("train/cats/x.jpg", "empty", "no bytes"),
        ("train/owls/x.jpg", "class_not_listed", "empty: no bytes"),
    ]


def test_a_listed_class_that_is_nowhere_is_named_with_those_that_are():
    with pytest.raises(InputError, match=r"data.classes names owls, but no picture .* the labels are cats, dogs \("):
        leave_out_unlisted(arranged(*SOUND), Rejects(), ["owls", "cats"], holder)
