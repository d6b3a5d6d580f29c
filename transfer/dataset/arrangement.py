"""The split that each picture came with, and names without the folders that are around a whole split."""

import os
from pathlib import PurePosixPath

from transfer.dataset.class_choice import list_names
from transfer.dataset.labels import Picture
from transfer.dataset.raw_folders import UNDIVIDED
from transfer.dataset.rejects import Rejects
from transfer.dataset.split_folders import split_rule

ORDER = {"train": 0, "": 0, "validation": 1, "test": 2}


def assign_splits(pictures: list[Picture], rejects: Rejects) -> list[str]:
    """Set `place` and `split` of each picture, and give files that were set aside the same split.

    The split is the archive's, or that of the folders in it; empty if neither says. Returns sentences about folders.
    """
    for picture in pictures:
        top, _, picture.place = picture.name.partition("/")
        picture.split = "" if top == UNDIVIDED else top
    notes = []
    for top in ("train", UNDIVIDED):
        members = [picture for picture in pictures if picture.name.startswith(f"{top}/")]
        rule = split_rule((picture.place for picture in members), has_test=top == "train")
        if rule:
            for picture in members:
                move(picture, rule(picture.place))
            rejects.rows = [
                (f"{rule(place)}/{place}" if first == top else file, reason, detail)
                for file, reason, detail in rejects.rows
                for first, _, place in [file.partition("/")]
            ]
            counts = {split: sum(picture.split == split for picture in members) for split in ORDER if split}
            found = ", ".join(f"{split} {count}" for split, count in counts.items() if count)
            also = f"; pictures in {list_names(rule.others)} train" if rule.others else ""
            notes.append(f"folders in what arrived name the splits ({found}){also}")
    return notes


def move(picture: Picture, split: str) -> None:
    """Put a picture into a split, in its name too."""
    picture.split, picture.name = split, f"{split}/{picture.name.partition('/')[2]}"


def strip_folders(pictures: list[Picture], rejects: Rejects) -> None:
    """Take folders that are around all folders with pictures of a split out of names, those in `rejects` too."""
    for top in sorted({picture.name.partition("/")[0] for picture in pictures}):
        members = [picture for picture in pictures if picture.name.startswith(f"{top}/")]
        holders = {str(PurePosixPath(picture.name).parent) for picture in members} - {top}
        holders = {folder for folder in holders if not _is_around(folder, holders)}
        above = os.path.commonpath([str(PurePosixPath(folder).parent) for folder in holders] or [top])
        for picture in members:
            picture.name = _without(above, top, picture.name)
        rejects.rows = [(_without(above, top, file), reason, detail) for file, reason, detail in rejects.rows]


def _is_around(folder: str, holders: set[str]) -> bool:
    """Whether all others, two or more, lie in a folder: then what lies loose in it is in no class."""
    return len(holders) > 2 and all(other == folder or other.startswith(f"{folder}/") for other in holders)


def _without(above: str, top: str, name: str) -> str:
    return top + name.removeprefix(above) if name.startswith(f"{above}/") else name


def in_order(pictures: list[Picture]) -> list[Picture]:
    """Sorted by split (train or none, validation, test), then by name."""
    return sorted(pictures, key=lambda picture: (ORDER[picture.split], picture.name))
