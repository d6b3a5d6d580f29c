"""Only runs of the same classes are compared."""

import pytest

from transfer.analysis.same_classes import require_same_classes
from transfer.classes import Classes
from transfer.errors import InputError

PETS = Classes(("cats", "dogs"), "dogs")
MANY = Classes(tuple(f"{index:02d}" for index in range(12)))


def test_the_order_has_no_say():
    require_same_classes({"one": Classes(("a", "b", "c")), "other": Classes(("c", "a", "b"))})
    require_same_classes({"one": PETS, "other": PETS})


@pytest.mark.parametrize(
    ("other", "said"),
    [
        (
            Classes(("cats", "foxes"), "foxes"),
            "one and other have different classes: only one has dogs; only other has foxes; ",
        ),
        (Classes(("cats", "dogs", "foxes")), "different classes: only other has foxes; "),
        (MANY, "only one has cats, dogs; only other has 00, 01, 02, 03, 04 and 7 more; "),
        (Classes(("dogs", "cats"), "cats"), r"one gives P\(dogs\), other P\(cats\); "),
        (Classes(("cats", "dogs")), r"one gives P\(dogs\), other the probability of each class; "),
    ],
)
def test_what_differs_is_named(other, said):
    with pytest.raises(InputError, match=said):
        require_same_classes({"one": PETS, "again": PETS, "other": other})
