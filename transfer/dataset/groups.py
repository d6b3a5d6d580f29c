"""Pictures that belong together, of one patient, animal or film, and must not be on two sides of a split."""

from transfer.dataset.arrangement import ORDER
from transfer.dataset.labels import Picture
from transfer.dataset.pattern_match import compiled, group_of
from transfer.dataset.rejects import Rejects
from transfer.errors import InputError

LEAK = "leak"


def set_groups(pictures: list[Picture], pattern: str | None) -> bool:
    """Set the group of each picture, unless a table has done so, to what a pattern matches; "" for no match.

    pattern: a regular expression, sought in the file's name, and if it is not there, in the path; its first group
        counts, or all of it if it has none. None: no groups but those of a table
    Returns whether there are groups. Raises InputError for a pattern that is in no name.
    """
    if any(picture.group for picture in pictures) or not pattern:
        return any(picture.group for picture in pictures)
    expression = compiled(pattern)
    for picture in pictures:
        picture.group = group_of(expression, picture.place)
    if pictures and not any(picture.group for picture in pictures):
        raise InputError(
            f"split.group is {pattern!r}, which is in no file's name, such as {pictures[0].place}; write one that "
            "is, or name a column of the table of data.labels."
        )
    return True


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
