"""The validation split: each class has its share, and pictures that come later move none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stages.dataset.splits import assign_validation
from stages.errors import InputError

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


@given(st.integers(2, 6), st.integers(0, 1000), st.sampled_from([0.01, 0.5, 0.99]))
def test_small_classes_are_on_both_sides(number, seed, fraction):
    chosen = assign_validation(IDS[: 2 * number], LABELS[: 2 * number], fraction, seed)
    for part in (chosen[::2], chosen[1::2]):
        assert 0 < part.sum() < len(part)


def test_a_single_picture_cannot_be_split():
    with pytest.raises(InputError, match=r"dogs has 1 usable train picture"):
        assign_validation(IDS[:3], ["cats", "cats", "dogs"], 0.2, 7)
