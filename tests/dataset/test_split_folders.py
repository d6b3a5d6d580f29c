"""Folders that name splits, and those that only look like it."""

import pytest

from transfer.dataset.split_folders import split_rule


@pytest.mark.parametrize(
    "places, has_test, splits",
    [
        (["train/c/1.jpg", "val/c/1.jpg"], False, ["train", "test"]),
        (["train/c/1.jpg", "val/c/1.jpg"], True, ["train", "validation"]),
        (["x/Training/1.jpg", "x/Testing/1.jpg", "x/dev/1.jpg"], False, ["train", "test", "validation"]),
        (["train/1.jpg", "valid/1.jpg", "test/1.jpg", "more/1.jpg"], False, ["train", "validation", "test", "train"]),
        # The test split comes from elsewhere; what is called test here trains, and a leak is found as any other.
        (["train/1.jpg", "val/1.jpg", "test/1.jpg"], True, ["train", "validation", "train"]),
        (["train/1.jpg", "test/1.jpg"], True, None),
        # Classes that are called valid and invalid, a class of trains, and a file that is called test.
        (["train/valid/1.jpg", "train/invalid/1.jpg", "test/valid/1.jpg"], False, ["train", "train", "test"]),
        (["valid/1.jpg", "invalid/1.jpg"], False, None),
        (["cars/1.jpg", "train/1.jpg", "buses/1.jpg"], False, None),
        (["train/1.jpg", "test.jpg"], False, None),
        # Other spellings of the same.
        (["train/c/1.jpg", "validate/c/1.jpg", "test/c/1.jpg"], False, ["train", "validation", "test"]),
        (["training_set/c/1.jpg", "test_set/c/1.jpg"], False, ["train", "test"]),
        (["seg_train/seg_train/c/1.jpg", "seg_test/seg_test/c/1.jpg"], False, ["train", "test"]),
        (["train2017/1.jpg", "val2017/1.jpg"], True, ["train", "validation"]),
        (["TrainSet/1.jpg", "Images-Val/1.jpg", "test data/1.jpg"], False, ["train", "validation", "test"]),
        (["train/1.jpg", "eval/1.jpg", "holdout/1.jpg"], False, ["train", "validation", "test"]),
        # A word within another, two in one name, and the same word beside different ones.
        (["trains/1.jpg", "tests/1.jpg"], False, None),
        (["train/1.jpg", "train_test/1.jpg"], False, None),
        (["freight train/1.jpg", "wind test/1.jpg"], False, None),
        ([], False, None),
    ],
)
def test_folders_at_one_depth_decide(places, has_test, splits):
    rule = split_rule(places, has_test)
    assert (rule and [rule(place) for place in places]) == splits


def test_folders_beside_them_that_train_are_named():
    assert split_rule(["train/1.jpg", "test/1.jpg", "Extra/1.jpg"], False).others == ("extra",)
