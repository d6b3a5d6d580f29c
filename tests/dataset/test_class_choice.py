"""Classes have the order and the positive one that the params ask for."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transfer.classes import Classes
from transfer.dataset.class_choice import caseless, choose_classes, explain_positive, list_names
from transfer.errors import InputError

NAMES = st.sets(st.text(min_size=1, max_size=8), min_size=2, max_size=6)


@pytest.mark.parametrize(
    ("found", "listed", "positive", "classes"),
    [
        ({"dogs", "cats"}, None, "auto", Classes(("cats", "dogs"), "dogs")),
        ({"dogs", "cats"}, None, "cats", Classes(("dogs", "cats"), "cats")),
        ({"dogs", "cats"}, None, None, Classes(("cats", "dogs"))),
        ({"dogs", "cats"}, ["dogs", "cats"], "auto", Classes(("dogs", "cats"), "cats")),
        ({"dogs", "cats"}, ["dogs", "cats"], "dogs", Classes(("cats", "dogs"), "dogs")),
        ({"dogs", "cats"}, ["dogs", "cats"], None, Classes(("dogs", "cats"))),
        ({"Dogs", "cats"}, None, "dogs", Classes(("cats", "Dogs"), "Dogs")),
        ({"owls", "dogs", "cats"}, None, "dogs", Classes(("cats", "dogs", "owls"))),
        ({"owls", "dogs", "cats"}, None, "none of them", Classes(("cats", "dogs", "owls"))),
        ({"owls", "dogs", "cats"}, ["owls", "cats", "dogs"], "auto", Classes(("owls", "cats", "dogs"))),
    ],
)
def test_order_and_positive_class(found, listed, positive, classes):
    assert choose_classes(found, listed, positive) == classes


def test_a_positive_class_that_is_none_of_two_is_refused():
    with pytest.raises(InputError, match=r"positive_class 'owls' is not a class here; choose cats or dogs or auto or"):
        choose_classes({"cats", "dogs"}, None, "owls")


@given(NAMES, st.one_of(st.none(), st.just("auto")))
def test_every_class_is_there_once(found, positive):
    classes = choose_classes(found, None, positive)
    assert list(classes.names) == sorted(found)
    assert classes.binary == (positive == "auto" and len(found) == 2)
    assert choose_classes(found, list(classes.names)[::-1], positive).names == classes.names[::-1]


def test_the_run_says_which_class_counts_as_positive_if_nobody_named_it():
    ants = choose_classes({"ants", "bees"}, None, "auto")
    assert explain_positive(ants, "auto").startswith("bees counts as the positive class, as the second of two")
    assert explain_positive(ants, "bees") == ""
    assert explain_positive(choose_classes({"a", "b", "c"}, None, "auto"), "auto") == ""


def test_case_and_unicode_form_do_not_count():
    nfc, nfd = (unicodedata.normalize(form, "Chäts") for form in ("NFC", "NFD"))
    assert nfc != nfd and caseless(nfc) == caseless(nfd.upper()) != caseless("chats")


def test_of_many_names_the_last_are_counted():
    names = [f"breed {number}" for number in range(120)]
    assert list_names(names[:11]) == ", ".join(names[:11])
    assert list_names(names) == f"{', '.join(names[:10])} and 110 more"
