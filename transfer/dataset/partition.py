"""Pictures divided into train, validation and test, where they did not come divided."""

from transfer.dataset.arrangement import in_order, move
from transfer.dataset.labels import Picture
from transfer.dataset.splits import assign_test, assign_validation, hash_for_test, hash_for_validation


def divide(pictures: list[Picture], test_share: float) -> tuple[list[Picture], list[str]]:
    """Put the pictures that are in no split into train and test.

    test_share: of each class for test, in (0, 1)
    Returns all pictures in order, and a sentence if any were divided. Raises InputError as `assign_test`.
    """
    undivided = [picture for picture in pictures if not picture.split]
    if not undivided:
        return pictures, []
    groups = [picture.group for picture in undivided]
    tests = assign_test(
        [picture.place for picture in undivided],
        [picture.label for picture in undivided],
        test_share,
        groups if any(groups) else None,
    )
    for picture, test in zip(undivided, tests, strict=True):
        move(picture, "test" if test else "train")
    by = "whole groups" if any(groups) else "pictures"
    return in_order(pictures), [
        f"train and test were divided here: {by}, by a hash of the name, {test_share:g} for test"
    ]


def split_validation(pictures: list[Picture], fraction: float, seed: int) -> list[str]:
    """Move `fraction` of the train pictures to the split validation, unless there is one.

    Returns a sentence if there is. Raises InputError as `assign_validation`.
    """
    own = sum(picture.split == "validation" for picture in pictures)
    if own:
        return [f"validation is as it came ({own} pictures), and split.validation has no say"]
    train = [picture for picture in pictures if picture.split == "train"]
    groups = [picture.group for picture in train]
    chosen = assign_validation(
        [picture.prepared.id for picture in train],
        [picture.label for picture in train],
        fraction,
        seed,
        groups if any(groups) else None,
    )
    for picture, validates in zip(train, chosen, strict=True):
        picture.split = "validation" if validates else "train"
    return []


def place_left_out(left_out: list[Picture], test_share: float, validation: float, seed: int) -> None:
    """Give pictures that are left out the splits that their hashes would give them.

    test_share, seed: as for `divide` and `split_validation`
    validation: likewise; 0 where validation is as it came
    """
    for picture in left_out:
        if not picture.split:
            move(picture, "test" if hash_for_test(picture.group or picture.place) < test_share else "train")
        unit = picture.group or picture.prepared.id
        if picture.split == "train" and hash_for_validation(unit, seed) < validation:
            picture.split = "validation"
