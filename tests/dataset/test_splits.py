"""The validation split: each class has its share, and pictures that come later move none."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transfer.dataset.splits import assign_validation, nested_subsets, stratified_part
from transfer.errors import InputError

IDS = [f"{number:016x}" for number in range(1000)]
LABELS = ["cats", "dogs"] * 500


def test_each_class_has_its_share():
    chosen = assign_validation(IDS, LABELS, 0.2, 7)
    assert 70 <= chosen[::2].sum() <= 130 and 70 <= chosen[1::2].sum() <= 130


@given(st.integers(0, 2**31 - 1), st.floats(0.3, 0.7), st.integers(100, 900))
def test_pictures_that_come_later_move_none(seed, fraction, before):
    few = assign_validation(IDS[:before], LABELS[:before], fraction, seed)
    many = assign_validation(IDS, LABELS, fraction, seed)
    assert (few == many[:before]).all()


def test_order_does_not_matter_and_the_seed_does():
    chosen = assign_validation(IDS, LABELS, 0.2, 7)
    assert (assign_validation(IDS[::-1], LABELS[::-1], 0.2, 7)[::-1] == chosen).all()
    assert (assign_validation(IDS, LABELS, 0.2, 8) != chosen).any()


@given(st.integers(2, 6), st.integers(2, 120), st.integers(0, 1000), st.sampled_from([0.01, 0.5, 0.99]))
def test_small_classes_are_on_both_sides(number, classes, seed, fraction):
    ids, labels = IDS[: number * classes], [f"class {index}" for index in range(classes)] * number
    chosen = assign_validation(ids, labels, fraction, seed)
    for label in range(classes):
        assert 0 < chosen[label::classes].sum() < number


def test_what_other_classes_there_are_changes_nothing():
    two = assign_validation(IDS, LABELS, 0.2, 7)
    more = assign_validation(IDS + IDS[:50], LABELS + ["owls"] * 50, 0.2, 7)
    assert (two == more[:1000]).all()


def test_a_single_picture_cannot_be_split():
    with pytest.raises(InputError, match=r"dogs has 1 usable train picture"):
        assign_validation(IDS[:3], ["cats", "cats", "dogs"], 0.2, 7)


@given(
    st.integers(2, 6).flatmap(lambda k: st.lists(st.integers(0, k - 1), min_size=1, max_size=120)).map(np.array),
    st.lists(st.integers(1, 30), max_size=5),
    st.integers(1, 3),
    st.integers(0, 1000),
)
def test_smaller_train_splits_are_balanced_and_nested(targets, sizes, draws, seed):
    subsets = list(nested_subsets(targets, sizes, draws, seed))
    *parts, (_, last_draw, everything) = subsets
    assert last_draw == 0 and (everything == np.arange(len(targets))).all()
    counts = np.bincount(targets, minlength=2)
    fewest = counts.min()
    assert sorted({size for size, _, _ in parts}) == sorted({size for size in sizes if size < fewest})
    for draw in range(draws):
        smaller = set()
        for size, own, rows in parts:
            if own == draw:
                assert (np.bincount(targets[rows], minlength=2) == size).all()
                assert (np.diff(rows) > 0).all() and smaller <= set(rows)
                smaller = set(rows)
    again = nested_subsets(targets, sizes, draws, seed)
    assert all((rows == others).all() for (*_, rows), (*_, others) in zip(subsets, again, strict=True))


def test_draws_and_seeds_differ():
    def rows(seed):
        return [tuple(rows) for _, _, rows in nested_subsets(np.arange(200) % 2, [20], 3, seed)][:-1]

    assert len({*rows(1), *rows(2)}) == 6


@given(
    st.integers(1, 5).flatmap(lambda k: st.lists(st.integers(0, k - 1), min_size=1, max_size=90)).map(np.array),
    st.floats(0, 1),
    st.floats(0, 1),
    st.integers(0, 1000),
)
def test_a_part_has_the_share_of_each_class_and_larger_ones_contain_it(targets, share, other, seed):
    small, large = (stratified_part(targets, each, 0, seed) for each in sorted((share, other)))
    assert (np.diff(small) > 0).all() and set(small) <= set(large)
    for label in np.unique(targets):
        count = int((targets == label).sum())
        assert int((targets[small] == label).sum()) == max(1, round(min(share, other) * count))
    assert (stratified_part(targets, 1.0, 0, seed) == np.arange(len(targets))).all()
