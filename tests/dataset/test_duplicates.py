"""Of pictures that are there twice, the right ones are dropped."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tests.dataset.edits import EDITS, small
from transfer.dataset.drawn import draw
from transfer.dataset.duplicates import choose_dropped, find_near

NONE = np.empty((0, 2), int)


def reasons(rows, near=NONE):
    """Why each row is dropped, by its index. rows: (id, label, is_test)"""
    found = choose_dropped(*(list(column) for column in zip(*rows, strict=True)), np.asarray(near))
    return {index: reason for index, (reason, _) in found.items()}


def test_one_of_a_kind_stays():
    assert reasons([("a", "cats", False), ("b", "cats", False), ("a", "cats", False)]) == {2: "duplicate"}


def test_train_pictures_that_are_in_test_leak_and_go():
    rows = [("a", "cats", False), ("a", "cats", False), ("b", "cats", False), ("a", "cats", True), ("a", "cats", True)]
    assert reasons(rows) == {0: "leak", 1: "leak", 4: "duplicate"}


def test_one_picture_under_two_labels_goes_everywhere():
    rows = [("a", "cats", False), ("a", "dogs", False), ("a", "cats", True), ("b", "dogs", True)]
    assert reasons(rows) == dict.fromkeys(range(3), "label_conflict")


def test_what_is_kept_stays_whatever_it_is_the_same_as():
    leak = [("a", "cats", 0), ("b", "cats", 2)]
    conflict = [("a", "cats", 0), ("b", "dogs", 0), ("a", "dogs", 0)]

    def dropped(rows, *kept):
        columns = (list(column) for column in zip(*rows, strict=True))
        return choose_dropped(*columns, np.array([(0, 1)]), kept)

    assert dropped(leak) == {0: ("leak", 1)} and dropped(leak, 0) == {}
    assert {index: reason for index, (reason, _) in dropped(conflict, 0).items()} == {
        1: "label_conflict",
        2: "duplicate",
    }
    # Of equal ids one stays at most: that which is furthest from training.
    same = [("a", "cats", 0), ("a", "cats", 2), ("a", "cats", 0)]
    assert dropped(same, 0) == {1: ("duplicate", 0), 2: ("duplicate", 0)}
    assert dropped(same, 0, 1) == {0: ("duplicate", 1), 2: ("duplicate", 1)}


def test_near_duplicates_are_the_same_through_others():
    rows = [
        ("a", "cats", False),
        ("b", "cats", False),
        ("b", "cats", False),
        ("c", "cats", False),
        ("d", "cats", False),
    ]
    assert reasons(rows, [(0, 1), (2, 3)]) == dict.fromkeys((1, 2, 3), "near_duplicate")


@given(
    st.lists(st.tuples(st.sampled_from("abcdef"), st.just("cats"), st.booleans()), min_size=1, max_size=12), st.data()
)
def test_what_stays_is_one_of_each_group_and_test_before_train(rows, data):
    index = st.integers(0, len(rows) - 1)
    near = np.array(data.draw(st.lists(st.tuples(index, index), max_size=8)), int).reshape(-1, 2)
    group = list(range(len(rows)))
    for one, other in [
        *near.tolist(),
        *((i, j) for i, (a, *_) in enumerate(rows) for j, (b, *_) in enumerate(rows) if a == b),
    ]:
        group = [group[one] if number == group[other] else number for number in group]
    dropped = choose_dropped(*(list(column) for column in zip(*rows, strict=True)), near)
    stay = [index for index in range(len(rows)) if index not in dropped]
    assert sorted(group[index] for index in stay) == sorted(set(group))
    for index in stay:
        assert rows[index][2] or not any(rows[other][2] for other in range(len(rows)) if group[other] == group[index])
    assert all(group[other] == group[index] and other != index for index, (_, other) in dropped.items())


def test_of_equal_ids_the_first_is_looked_at():
    drawn = [draw("cats", index, 0) for index in range(3)]
    pictures = small([*drawn, drawn[0], EDITS["flip left right"](drawn[0]), drawn[1]]).reshape(6, -1)
    looked_at = []

    def read(rows):
        looked_at.extend(rows.tolist())
        return pictures[rows]

    assert find_near(["c", "b", "a", "c", "x", "b"], read).tolist() == [[0, 4]]
    assert set(looked_at) == {0, 1, 2, 4}


def test_near_copies_of_train_pictures_in_test_leak():
    drawn = [draw("dogs", index, 0) for index in range(2)]
    pictures = small([*drawn, EDITS["crop 10 %"](drawn[0])]).reshape(3, -1)
    near = find_near(["a", "b", "c"], lambda rows: pictures[rows])
    assert choose_dropped(["a", "b", "c"], ["dogs"] * 3, [False, False, True], near) == {0: ("leak", 2)}
