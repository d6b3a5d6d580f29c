"""Whether several runs have the same classes."""

from transfer.classes import Classes
from transfer.errors import InputError

MOST_NAMED = 5  # classes, in an error message


def require_same_classes(by_run: dict[str, Classes]) -> None:
    """Raise InputError, which names what differs, unless all runs have the same classes, in whichever order.

    by_run: the name of a run, as readers know it, to its classes
    """
    (first, classes), *others = by_run.items()
    for name, other in others:
        only = [_listed(set(one.names) - set(two.names)) for one, two in ((classes, other), (other, classes))]
        if any(only):
            only = [f"only {run} has {names}" for run, names in zip((first, name), only, strict=True) if names]
            raise InputError(
                f"{first} and {name} have different classes: {'; '.join(only)}; "
                "compare experiments on the same classes."
            )
        if classes.positive != other.positive:
            raise InputError(
                f"{first} gives {_given(classes)}, {name} {_given(other)}; "
                "compare experiments with the same data.positive_class."
            )


def _listed(names: set[str]) -> str:
    some = sorted(names)[:MOST_NAMED]
    more = len(names) - len(some)
    return ", ".join(some) + (f" and {more} more" if more else "")


def _given(classes: Classes) -> str:
    return f"P({classes.positive})" if classes.binary else "the probability of each class"
