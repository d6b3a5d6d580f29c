"""The summary counts everything, and what people read of it stays short."""

from itertools import product

import pytest

from tests.dataset.made import SOUND, arranged, holder
from transfer.classes import Classes
from transfer.dataset.rejects import Rejects
from transfer.dataset.summary import describe, summarise

SHOTS = ("train", "test"), ("cats", "dogs"), range(10), range(2)
CATS_DOGS = Classes(("cats", "dogs"), "dogs")


def test_the_summary_counts_everything():
    rejects = Rejects()
    rejects.add("train/cats/x.jpg", "leak", "")
    rejects.add("train/CATS/y.jpg", "empty", "")
    rejects.add("train/readme.txt", "no_class_folder", "")
    summary = summarise(arranged(*SOUND), rejects, CATS_DOGS, holder)
    assert summary["counts"] == {
        "train": {"cats": 1, "dogs": 1},
        "validation": {"cats": 0, "dogs": 0},
        "test": {"cats": 1, "dogs": 1},
        "all": 4,
    }
    reasons = {"empty": 1, "no_class_folder": 1}
    assert summary["rejects"] == {
        "duplicate": 0,
        "label_conflict": 0,
        "leak": 1,
        "near_duplicate": 0,
        **reasons,
        "all": 3,
    }
    assert summary["rejects_by_class"] == {"cats": {"empty": 1, "leak": 1}}
    assert summary["size"]["width"] == {"min": 30, "median": 30.0, "max": 30}


def test_what_there_is_none_of_has_no_key():
    assert list(summarise(arranged(*SOUND), Rejects(), CATS_DOGS, holder)) == ["counts", "rejects", "size"]


def test_a_class_without_test_pictures_is_named():
    summary = summarise(arranged(*SOUND[:3]), Rejects(), CATS_DOGS, holder)
    assert summary["missing_in_test"] == ["dogs"] and summary["counts"]["test"] == {"cats": 1, "dogs": 0}
    assert describe(summary).splitlines()[-1] == "no pictures to test on: dogs"


def test_corrections_are_kept_and_said():
    corrections = {
        "train": {"relabel": 2, "drop": 0, "keep": 1},
        "test": {"relabel": 0, "drop": 1, "keep": 0},
        "all": 4,
    }
    summary = summarise(arranged(*SOUND), Rejects(), CATS_DOGS, holder, corrections=corrections)
    assert summary["corrections"] == corrections
    assert describe(summary).splitlines()[-1] == (
        "corrected by hand: 3 in train (relabel 2, keep 1), 1 in test (drop 1)"
    )


def test_what_was_drawn_and_what_names_suggest_is_kept_and_said():
    shots = [f"{split}/{name}/p{number}_{shot}.jpg" for split, name, number, shot in product(*SHOTS)]
    summary = summarise(arranged(*shots), Rejects(), CATS_DOGS, holder, {"test": 0.2}, ["a note"])
    assert summary["drawn"] == {"test": 0.2} and summary["suggested_group"] == r"(p\d+)"
    assert describe(summary).splitlines()[-3:] == [
        "test has 20 of 40 (cats), 20 of 40 (dogs); 20 % of each class was asked for "
        "(a hash draws, so that pictures added later move none)",
        "a note",
        r"""pictures may belong together, by their names; if they do, stop and run with -S "split.group='(p\d+)'", """
        "which keeps each group in one split",
    ]


def test_few_classes_have_a_row_each():
    rejects = Rejects()
    for number in range(1234):
        rejects.add(f"train/cats/{number}.jpg", "empty", "")
    assert describe(summarise(arranged(*SOUND), rejects, CATS_DOGS, holder)) == (
        "pictures  train  validation  test\n"
        "cats          1           0     1\n"
        "dogs          1           0     1\n"
        "all           2           0     2\n"
        "files set aside: 1,234 (empty 1,234); rejects.csv names each\n"
        "of them, of a class: cats 1,234"
    )


@pytest.mark.parametrize("number", [13, 120])
def test_many_classes_are_summed_up(number):
    names = [f"breed {index:03d}" for index in range(number)]
    files = [f"{split}/{name}/{n}.jpg" for split in ("train", "test") for name in names for n in range(2)]
    rejects = Rejects()
    for name in names:
        rejects.add(f"train/{name}/x.jpg", "empty", "")
    said = describe(
        summarise(arranged(*files, "train/breed 000/2.jpg"), rejects, Classes(tuple(names)), holder)
    ).splitlines()
    assert len(said) == 7 and all(len(line) <= 200 for line in said)
    rows = [line.rsplit(maxsplit=3) for line in said[1:5]]
    assert rows[0] == ["least of a class", "2", "0", "2"] and rows[2] == ["most of a class", "3", "0", "2"]
    assert rows[3] == [f"all {number} classes", str(2 * number + 1), "0", str(2 * number)]
