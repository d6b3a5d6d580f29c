"""Which classes a data set has: their names, their order, and which of two is positive."""

import unicodedata
from collections.abc import Sequence

from transfer.classes import Classes
from transfer.errors import InputError

AUTO = "auto"
MOST_NAMED = 10  # names in a sentence


def caseless(name: str) -> str:
    """The same text for names of classes that differ only in case or in Unicode form."""
    return unicodedata.normalize("NFC", name).casefold()


def list_names(names: Sequence[str]) -> str:
    """Names in a sentence, of which the last are only counted if there are many."""
    more = len(names) - MOST_NAMED
    return ", ".join(names) if more < 2 else f"{', '.join(names[:MOST_NAMED])} and {more} more"


def choose_classes(found: set[str], listed: list[str] | None, positive: str | None) -> Classes:
    """Put the classes in order.

    found: names, two or more
    listed: all of them, in the order wanted; None: the order of the alphabet
    positive: of two classes, one, AUTO for the second, or None for neither; with more classes it has no say
    Raises InputError if `positive` names none of two classes.
    """
    names = tuple(name for name in listed if name in found) if listed else tuple(sorted(found))
    if len(names) > 2 or positive is None:
        return Classes(names)
    if positive == AUTO:
        return Classes(names, names[1])
    for name in names:
        if caseless(name) == caseless(positive):
            return Classes.of(names, name)
    choices = " or ".join([*names, AUTO, "null"])
    raise InputError(f"data.positive_class {positive!r} is not a class here; choose {choices}.")


def explain_positive(classes: Classes, positive: str | None) -> str:
    """A sentence about the class that was chosen for AUTO; empty where nothing was.

    classes, positive: what `choose_classes` returned, and was given
    """
    if positive != AUTO or not classes.binary:
        return ""
    return (
        f"{classes.positive} counts as the positive class, as the second of two: "
        "models give its probability, precision and recall are of it; data.positive_class names another."
    )
