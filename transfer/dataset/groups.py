"""Pictures that belong together, of one patient, animal or film, and must not be on two sides of a split."""

import re
from collections import Counter
from pathlib import PurePosixPath

from transfer.dataset.arrangement import ORDER
from transfer.dataset.label_pattern import first_group
from transfer.dataset.labels import Picture
from transfer.dataset.rejects import Rejects
from transfer.errors import InputError

LEAK = "leak"
# A word and a number before other things, such as person12 in person12_virus_3.jpg, or a number alone at the start.
NUMBERED = re.compile(r"(?:^|[-_ ])([A-Za-z]+[-_ ]?)(\d+)(?=[-_ ])|^()(\d+)(?=[-_ ])")
FOLDER = r"([^/]+)/[^/]+$"  # the folder that holds a picture
MIN_SHARE = 0.2  # of the pictures share a group with another, where one is suggested
MIN_GROUPS = 5  # that are shared, at least: one or two prefixes are classes, years or cameras


def set_groups(pictures: list[Picture], pattern: str | None) -> bool:
    """Set the group of each picture, unless a table has done so, to what a pattern matches; "" for no match.

    pattern: a regular expression, sought in the file's name, and if it is not there, in the path; its first group
        counts, or all of it if it has none. None: no groups but those of a table
    Returns whether there are groups. Raises InputError for a pattern that is in no name.
    """
    if any(picture.group for picture in pictures) or not pattern:
        return any(picture.group for picture in pictures)
    expression = re.compile(pattern)
    for picture in pictures:
        picture.group = _group(expression, picture.place)
    if pictures and not any(picture.group for picture in pictures):
        raise InputError(
            f"split.group is {pattern!r}, which is in no file's name, such as {pictures[0].place}; write one that "
            "is, or name a column of the table of data.labels."
        )
    return True


def _group(expression: re.Pattern, place: str) -> str:
    return first_group(expression.search(PurePosixPath(place).name) or expression.search(place))


def drop_leaks(pictures: list[Picture], rejects: Rejects) -> list[Picture]:
    """The pictures without those whose group is also in a split that is further from training; `rejects` gets these.

    So no patient is both in train and in test, nor in a validation split of one's own and one of the others.
    """
    held: dict[str, Picture] = {}
    for picture in pictures:
        if picture.group and ORDER[picture.split] > ORDER[held.setdefault(picture.group, picture).split]:
            held[picture.group] = picture
    kept = []
    for picture in pictures:
        other = held.get(picture.group, picture)
        if other.split == picture.split:
            kept.append(picture)
        else:
            rejects.add(picture.name, LEAK, f"of the group {picture.group}, as {other.name} is")
    return kept


def describe_groups(pictures: list[Picture]) -> list[str]:
    """A sentence with the number of groups, and of pictures in none."""
    groups = {picture.group for picture in pictures} - {""}
    alone = sum(not picture.group for picture in pictures)
    return [f"groups: {len(groups):,}, each in one split" + (f"; {alone:,} pictures are in none" if alone else "")]


def suggestion(pattern: str) -> str:
    """A sentence on a pattern from `suggest_pattern`."""
    return (
        f"pictures may belong together, by their names; if they do, stop and run with -S \"split.group='{pattern}'\", "
        "which keeps each group in one split"
    )


def suggest_pattern(pictures: list[Picture]) -> str:
    """A pattern by which pictures seem to belong together; "" if their names do not say so.

    That is, if at least MIN_SHARE of the train pictures share a group with another one, in MIN_GROUPS groups or more.
    """
    members = [picture for picture in pictures if picture.split != "test"]
    numbers: dict[str, set[str]] = {}
    for picture in members:
        for match in NUMBERED.finditer(PurePosixPath(picture.place).name):
            word, number = match.group(1, 2) if match[2] else match.group(3, 4)
            numbers.setdefault(word, set()).add(number)
    words = sorted(word for word, found in numbers.items() if len(found) >= MIN_GROUPS and word)
    patterns = ["(" + "|".join(rf"{word}\d+" for word in words) + ")"] if words else []
    patterns += [r"^(\d+)[-_ ]"] if "" in numbers else []
    patterns += [FOLDER] if any(_inner_folder(picture) for picture in members) else []
    return next((pattern for pattern in patterns if _joins(pattern, members)), "")


def _joins(pattern: str, members: list[Picture]) -> bool:
    expression = re.compile(pattern)
    sizes = Counter(filter(None, (_group(expression, picture.place) for picture in members)))
    shared = [size for size in sizes.values() if size > 1]
    return len(shared) >= MIN_GROUPS and sum(shared) >= MIN_SHARE * len(members) and max(shared) < len(members) / 4


def _inner_folder(picture: Picture) -> bool:
    """Whether the folder that holds a picture is not its class."""
    return PurePosixPath(picture.name).parent.name not in (picture.given or picture.label, picture.split)
