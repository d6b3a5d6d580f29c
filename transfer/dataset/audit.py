"""Whether pictures make a data set to train and test on."""

from collections import Counter
from pathlib import Path

from transfer.classes import Classes
from transfer.dataset.class_choice import list_names
from transfer.dataset.labels import Picture
from transfer.dataset.reasons import REPEATED, explain
from transfer.dataset.rejects import ASKED_FOR, Rejects
from transfer.errors import InputError

MIN_PICTURES = 2  # of each class, in train (one trains, one validates) and in test


def check_classes(pictures: list[Picture], rejects: Rejects, allow_missing_in_test: bool, table: Path) -> None:
    """Raises InputError unless train has two or more classes, and test the same.

    rejects: explained in the message, since they may be why a class has no pictures
    allow_missing_in_test: whether test may lack some
    table: where each file that was set aside will be named
    """
    # Pictures that are in no split yet will be in both.
    train, test = (sorted({p.label for p in pictures if p.split in (split, "")}) for split in ("train", "test"))
    aside = f" Files set aside, which {table} names: {explain(rejects)}." if rejects.rows else ""
    for split, labels, least in (("train", train, 2), ("test", test, 1 if allow_missing_in_test else 2)):
        if len(labels) < least:
            raise InputError(
                f"{split} has {len(labels)} class folders with pictures ({', '.join(labels) or 'none'}); there must "
                f"be at least {('one', 'two')[least - 1]}, one folder a class, named after it; data.labels takes "
                f"classes from a table or from file names.{aside}"
            )
    if not {*train} & {*test}:
        raise InputError(
            f"train has the classes {list_names(train)}, test has {list_names(test)}; give the folders the same names."
        )
    own = sorted({picture.label for picture in pictures if picture.split == "validation"})
    pairs = [("train", train, test), ("test", test, train)]
    pairs += [("train", train, own), ("validation", own, train)] if own else []
    for split, labels, other in pairs:
        missing = [label for label in other if label not in labels]
        if missing and not (split == "test" and allow_missing_in_test):
            or_allow = " or set data.allow_missing_in_test to true," if split == "test" else ""
            raise InputError(
                f"{split} has no pictures of {list_names(missing)}; add some,{or_allow} or name the folders in train "
                f"and test alike.{aside}"
            )


def check_numbers(pictures: list[Picture], classes: Classes, allow_missing_in_test: bool, table: Path) -> None:
    """Raises InputError unless train and test have MIN_PICTURES pictures of each class; test may have 0 if allowed.

    table: where each file that was set aside will be named
    """
    counts = Counter((picture.split, picture.label) for picture in pictures)
    for split in ("train", "test"):
        numbers = {label: counts[split, label] for label in classes.names}
        few = [
            f"{number} usable picture(s) of {label}"
            for label, number in numbers.items()
            if number < MIN_PICTURES and (number or split == "train" or not allow_missing_in_test)
        ]
        if few or not any(numbers.values()):
            raise InputError(
                f"{split} has {list_names(few) or 'no usable pictures'}; at least {MIN_PICTURES} of each class are "
                f"needed: add pictures, or see in {table} why others were set aside."
            )


def check_rejects(rejects: Rejects, usable: int, max_unusable: float, max_repeated: float, table: Path) -> None:
    """Raises InputError, with the reasons, if too many files were set aside, but for those that were asked for.

    usable: number of the other files
    max_unusable, max_repeated: of all files, in [0, 1]: those that cannot be used, and sound ones that are there again
    table: where each will be named
    """
    rows = [row for row in rejects.rows if row[1] not in ASKED_FOR]
    total = usable + len(rows)
    unusable = Rejects([row for row in rows if row[1] not in REPEATED])
    repeated = Rejects([row for row in rows if row[1] in REPEATED])
    for found, what, key, most in (
        (unusable, "set aside", "max_reject_fraction", max_unusable),
        (repeated, "there more than once", "max_duplicate_fraction", max_repeated),
    ):
        if len(found.rows) > most * total:
            raise InputError(
                f"{len(found.rows):,} of {total:,} files were {what} ({explain(found)}), more than preprocess.{key} "
                f"{most} allows; {table} names each; mend the data, or allow more."
            )
