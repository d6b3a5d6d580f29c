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
        ([], False, None),
    ],
)
def test_folders_at_one_depth_decide(places, has_test, splits):
    rule = split_rule(places, has_test)
    assert (rule and [rule(place) for place in places]) == splits
