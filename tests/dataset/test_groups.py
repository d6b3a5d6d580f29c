"""Pictures that belong together stay together."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transfer.dataset.groups import describe_groups, drop_leaks, set_groups
from transfer.dataset.label_pattern import label_by_pattern
from transfer.dataset.labels import Picture
from transfer.dataset.pattern_match import compiled, group_of
from transfer.dataset.pictures import Prepared
from transfer.dataset.rejects import Rejects
from transfer.dataset.splits import assign_test, assign_validation
from transfer.errors import InputError


def picture(place: str, split: str = "train", group: str = "", label: str = "cats") -> Picture:
    return Picture(f"{split}/{place}", Prepared(b"", "0", "0", 30, 20, b""), 0, split, label, place, group)


def test_a_pattern_is_sought_in_the_name_and_then_in_the_folders():
    pictures = [
        picture(place) for place in ("A/person1_bacteria_2.jpg", "person3/x.jpg", "person3/person4.jpg", "y.jpg")
    ]
    assert set_groups(pictures, r"(person\d+)")
    assert [each.group for each in pictures] == ["person1", "person3", "person4", ""]
    assert describe_groups(pictures) == ["groups: 3, each in one split; 1 pictures are in none"]
    assert group_of(compiled(r"(person\d+)?_\d"), "person9/y_1.jpg") == ""  # the name matches, so the path has no say
    assert set_groups(pictures, "anything")  # a table has set them
    assert [each.group for each in pictures] == ["person1", "person3", "person4", ""]


def test_an_umlaut_is_one_letter_however_it_is_stored():
    """A Mac stores it as two characters: one patient is not to become two."""
    pictures = [picture("Müller_1.jpg"), picture("Mu\u0308ller_2.jpg")]
    for pattern in (r"^(\w+)_", r"^([^_]+)_", "^(Mu\u0308ller)"):
        set_groups(pictures, pattern)
        assert [each.group for each in pictures] == ["Müller", "Müller"]
        for each in pictures:
            each.group = ""
    labelling = label_by_pattern(r"^(Müller|Maier)_")
    assert labelling.label_of("train/Mu\u0308ller_2.jpg") == "Müller"


def test_no_groups_and_a_pattern_that_is_nowhere():
    pictures = [picture("cats/1.jpg")]
    assert not set_groups(pictures, None)
    with pytest.raises(InputError, match="which is in no file's name, such as cats/1.jpg"):
        set_groups(pictures, "person")


def test_a_group_in_two_splits_is_a_leak():
    pictures = [
        picture("1", "train", "a"),
        picture("2", "train", "b"),
        picture("3", "validation", "b"),
        picture("4", "validation", "c"),
        picture("5", "test", "c"),
        picture("6", "test", "a"),
        picture("7", "train"),
        picture("8", "test"),
    ]
    rejects = Rejects()
    assert [each.place for each in drop_leaks(pictures, rejects)] == ["3", "5", "6", "7", "8"]
    assert rejects.rows == [
        ("train/1", "leak", "of the group a, as test/6 is"),
        ("train/2", "leak", "of the group b, as validation/3 is"),
        ("validation/4", "leak", "of the group c, as test/5 is"),
    ]


@given(st.lists(st.integers(0, 9), min_size=60, max_size=120), st.integers(0, 99), st.floats(0.1, 0.9))
def test_no_group_is_on_two_sides_and_each_class_is_on_both(numbers, seed, fraction):
    labels = [("cats", "dogs")[number % 2] for number in numbers]
    numbers += [2, 4, 6, 8, 1, 3, 5, 7]
    labels += ["cats"] * 4 + ["dogs"] * 4
    groups = [f"g{number}" if number else "" for number in numbers]
    ids = [str(index) for index in range(len(numbers))]
    for chosen in (assign_validation(ids, labels, fraction, seed, groups), assign_test(ids, labels, fraction, groups)):
        for group in {*groups} - {""}:
            assert len({validates for validates, own in zip(chosen, groups, strict=True) if own == group}) == 1
        for label in ("cats", "dogs"):
            assert len(set(chosen[np.array(labels) == label])) == 2
    for label in ("cats", "dogs"):
        assert chosen[np.array(labels) == label].sum() >= 2


@given(st.integers(4, 12), st.floats(0.01, 0.99))
def test_groups_of_one_are_divided_as_pictures_are(number, fraction):
    ids, labels = [str(index) for index in range(number)], ["cats"] * number
    grouped = assign_test(ids, labels, fraction, [f"g{index}" for index in range(number)])
    for chosen in (grouped, assign_test(ids, labels, fraction)):
        assert 2 <= chosen.sum() <= number - 2


def test_pictures_that_stand_alone_are_divided_as_without_groups():
    ids, labels = [str(index) for index in range(99)], ["cats", "dogs", "owls"] * 33
    assert (assign_validation(ids, labels, 0.2, 7, [""] * 99) == assign_validation(ids, labels, 0.2, 7)).all()


def test_a_class_in_one_group_cannot_be_divided():
    ids, labels, groups = ["1", "2", "3", "4"], ["cats", "cats", "dogs", "dogs"], ["a", "a", "b", "c"]
    with pytest.raises(InputError, match=r"cats has 2 usable train picture\(s\) in 1 group\(s\); each class needs"):
        assign_validation(ids, labels, 0.5, 7, groups)


def test_groups_of_two_classes_may_leave_a_class_on_one_side_which_is_said():
    # Whatever the hashes: a and b hold cats, b and a hold dogs, and each class wants one of them on either side.
    ids, labels, groups = ["1", "2", "3", "4"], ["cats", "cats", "dogs", "dogs"], ["a", "b", "a", "b"]
    chosen = assign_validation(ids, labels, 0.5, 7, groups)
    assert chosen[0] == chosen[2] != chosen[1] == chosen[3]
