"""What is no data set to train and test on is refused, with what is missing."""

from pathlib import Path

import pytest

from tests.dataset.made import SOUND, arranged
from transfer.classes import Classes
from transfer.dataset.audit import check_classes, check_numbers, check_rejects
from transfer.dataset.rejects import Rejects
from transfer.errors import InputError

TABLE = Path("data/set_aside.csv")


def named(split, *labels, n=2):
    return [f"{split}/{label}/{number}.jpg" for label in labels for number in range(n)]


def test_pictures_that_all_fail_are_named_where_their_class_is_missing():
    rejects = Rejects()
    rejects.add("train/cats/1.jpg", "html", "a web page")
    pictures = arranged("train/dogs/2.jpg", *SOUND[2:], rejects=rejects)
    with pytest.raises(
        InputError, match=r"train has 1 class folders .*\(dogs\).* which data/set_aside.csv names: html 1; "
    ):
        check_classes(pictures, rejects, False, TABLE)


def test_a_folder_of_a_kind_that_needs_an_extra_says_which():
    rejects = Rejects()
    for number in range(9):
        rejects.add(f"train/cats/{number}.heic", "undecodable", "HEIC; `make env EXTRAS=heif` installs what reads it")
    with pytest.raises(InputError) as caught:
        check_classes([], rejects, False, TABLE)
    assert "undecodable 9; e.g. train/cats/0.heic (HEIC; `make env EXTRAS=heif`" in str(caught.value)


def test_files_that_cannot_be_used_are_named_with_what_to_do():
    rejects = Rejects()
    rejects.add("train/cats/x.jpg", "empty", "the file has no bytes")
    check_rejects(rejects, 19, 0.05, 0.0, TABLE)
    with pytest.raises(InputError) as caught:
        check_rejects(rejects, 9, 0.05, 1.0, TABLE)
    assert str(caught.value) == (
        "1 of 10 files were set aside (empty 1; e.g. train/cats/x.jpg (the file has no bytes): they have no bytes; "
        "fetch them again), more than preprocess.max_reject_fraction 0.05 allows; data/set_aside.csv names each; mend "
        "the data, or allow more."
    )


def test_pictures_that_are_there_again_have_a_limit_of_their_own():
    """As in a public project whose whole test set stands in its train set, too."""
    rejects = Rejects([("train/NORMAL/2.jpeg", "duplicate", "the same picture as train/NORMAL/1.jpeg")])
    for number in range(792):
        name = f"NORMAL/IM-{number:04d}.jpeg"
        rejects.add(f"train/{name}", "leak", f"the same picture as test/{name}")
    check_rejects(rejects, 5000, 0.0, 0.2, TABLE)
    with pytest.raises(InputError) as caught:
        check_rejects(rejects, 5000, 1.0, 0.1, TABLE)
    assert str(caught.value).startswith(
        "793 of 5,793 files were there more than once (leak 792; e.g. train/NORMAL/IM-0000.jpeg (the same picture as "
        "test/NORMAL/IM-0000.jpeg): they are also in a split that is to be held out, which would flatter every model; "
        "they are dropped from the other one if you allow it; duplicate 1; "
    )
    assert "preprocess.max_duplicate_fraction 0.1 allows; data/set_aside.csv" in str(caught.value)


def test_files_of_classes_that_nobody_asked_for_are_not_counted_as_bad():
    rejects = Rejects([("train/owls/x.jpg", "class_not_listed", "")] * 100)
    check_rejects(rejects, 10, 0.05, 0.05, TABLE)


def test_any_number_of_classes_will_do():
    names = [f"breed {number}" for number in range(120)]
    pictures = arranged(*named("train", *names), *named("test", *names))
    check_classes(pictures, Rejects(), False, TABLE)
    check_numbers(pictures, Classes(tuple(names)), False, TABLE)


@pytest.mark.parametrize(
    ("train", "test", "said"),
    [
        ("a", "ab", r"train has 1 class folders with pictures \(a\); there must be at least two"),
        ("abc", "", r"test has 0 class folders with pictures \(none\)"),
        ("ab", "cd", "train has the classes a, b, test has c, d; give the folders the same names"),
        ("abc", "abcde", "train has no pictures of d, e; add some, or name"),
        (
            "abcde",
            "bd",
            "test has no pictures of a, c, e; add some, or set data.allow_missing_in_test to true, or name",
        ),
    ],
)
def test_classes_that_are_not_in_both_splits_are_named(train, test, said):
    pictures = arranged(*named("train", *train), *named("test", *test))
    with pytest.raises(InputError, match=said):
        check_classes(pictures, Rejects(), False, TABLE)


def test_many_missing_classes_are_counted():
    names = [f"breed {number:03d}" for number in range(120)]
    pictures = arranged(*named("train", *names), *named("test", *names[:2]))
    with pytest.raises(InputError, match=r"no pictures of breed 002, .*, breed 011 and 108 more; ") as caught:
        check_classes(pictures, Rejects(), False, TABLE)
    assert len(str(caught.value)) < 400


def test_classes_may_be_missing_in_test_if_that_is_allowed():
    pictures = arranged(*named("train", *"abc"), *named("test", "b"))
    check_classes(pictures, Rejects(), True, TABLE)
    check_numbers(pictures, Classes(("a", "b", "c")), True, TABLE)


@pytest.mark.parametrize(
    ("train", "test", "split"), [("ab", "abc", "train"), ("abc", "", "test"), ("ab", "cd", "train")]
)
def test_even_then_test_needs_pictures_and_classes_that_are_trained_on(train, test, split):
    pictures = arranged(*named("train", *train), *named("test", *test))
    with pytest.raises(InputError, match=f"^{split} has "):
        check_classes(pictures, Rejects(), True, TABLE)


@pytest.mark.parametrize("allowed", [False, True])
def test_every_class_with_too_few_pictures_is_named_at_once(allowed):
    pictures = arranged(*named("train", *"abcd"), *named("test", "a"), *named("test", *"bc", n=1))
    missing = "" if allowed else ", 0 usable picture\\(s\\) of d"
    said = rf"test has 1 usable picture\(s\) of b, 1 usable picture\(s\) of c{missing}; at least 2 of each class"
    with pytest.raises(InputError, match=said):
        check_numbers(pictures, Classes(tuple("abcd")), allowed, TABLE)


def test_a_test_split_that_lost_every_picture_is_refused_though_classes_may_be_missing():
    with pytest.raises(InputError, match="test has no usable pictures"):
        check_numbers(arranged(*named("train", *"ab")), Classes(("a", "b")), True, TABLE)
