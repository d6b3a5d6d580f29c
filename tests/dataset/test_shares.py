"""Shares that were missed: which classes are named, and that those that were met are not."""

from hypothesis import given
from hypothesis import strategies as st

from transfer.dataset.shares import MOST_NAMED, describe_shares, missed_shares


def summary(drawn: dict, *rows: tuple[str, int, int, int], **others) -> dict:
    """rows: class, and its pictures in train, validation and test"""
    splits = ("train", "validation", "test")
    counts = {split: {name: numbers[place] for name, *numbers in rows} for place, split in enumerate(splits)}
    return {"counts": counts, "drawn": drawn, **others}


def test_each_of_few_classes_is_named_with_its_number_and_why():
    said = describe_shares(summary({"validation": 0.2}, ("ants", 45, 15, 9), ("bees", 18, 2, 9)))
    why = "a hash draws, so that pictures added later move none"
    assert said == [
        f"validation has 15 of 60 (ants), 2 of 20 (bees); 20 % of each class was asked for ({why})",
    ]
    grouped = describe_shares(summary({"validation": 0.2}, ("ants", 45, 15, 9), ("bees", 18, 2, 9), groups=12))
    assert grouped == [said[0].replace(why, "a hash draws whole groups")]


def test_test_is_a_share_of_all_three():
    made = summary({"test": 0.25, "validation": 0.5}, ("ants", 30, 30, 40), ("bees", 40, 39, 21))
    assert missed_shares(made) == {
        "test": [("ants", 40, 100), ("bees", 21, 100)],
        "validation": [("ants", 30, 60), ("bees", 39, 79)],
    }


def test_a_split_that_came_so_is_not_spoken_of():
    assert describe_shares(summary({}, ("ants", 50, 1, 9), ("bees", 50, 49, 9))) == []


def test_of_many_classes_the_smallest_and_the_largest_part_are_named():
    rows = [(f"breed {index}", 80, 20 + index % 7, 10) for index in range(40)]
    (said,) = describe_shares(summary({"validation": 0.2}, *rows))
    assert said.startswith("validation has from 20 of 100 (breed 0) to 26 of 106 (breed 34); 20 % of each")


@given(
    st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), min_size=2, max_size=2 * MOST_NAMED),
    st.sampled_from([0.1, 0.2, 0.5]),
)
def test_nothing_is_said_where_each_class_has_its_share_rounded(numbers, share):
    rows = [(f"class {index}", *pair, 5) for index, pair in enumerate(numbers)]
    met = all(validation == round(share * (train + validation)) for _, train, validation, _ in rows)
    said = describe_shares(summary({"validation": share}, *rows))
    assert (said == []) == met and len(said) <= 1
