"""The split and the class of each picture, by the folders that it lies in."""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath

from transfer.classes import Classes
from transfer.dataset.class_choice import caseless, list_names
from transfer.dataset.pictures import Prepared
from transfer.dataset.rejects import UNLISTED, Rejects
from transfer.errors import InputError


@dataclass(slots=True)
class Picture:
    """A picture that decodes.

    name: split, then the path in its source
    prepared: what is known of it, with `jpeg` and `thumbnail` empty
    position: of those two in their spools
    split: train, validation or test; empty until it is known
    label: its class; empty until it is known
    """

    name: str
    prepared: Prepared
    position: int
    split: str = ""
    label: str = ""

    def columns(self, classes: Classes) -> dict[str, str | int]:
        """Its row of the manifest; `label` must be one of the classes."""
        return {
            "id": self.prepared.id,
            "file": self.name,
            "label": self.label,
            "target": classes.names.index(self.label),
            "split": self.split,
            "sha256": self.prepared.sha256,
            "width": self.prepared.width,
            "height": self.prepared.height,
        }


def label_by_folder(pictures: list[Picture], rejects: Rejects, spellings: Iterable[str]) -> list[Picture]:
    """Set `split` and `label` of each picture; returns them sorted by name, train first.

    The class is the folder that holds the picture. Folders that hold all pictures of a split are taken out of its
    names, and out of the names in `rejects`. Classes that differ only in case or in Unicode form are one, spelt like
    the last of `spellings` that does not differ otherwise, or else like the first in the alphabet.
    """
    for split in ("train", "test"):
        members = [picture for picture in pictures if picture.name.startswith(f"{split}/")]
        class_folders = {str(PurePosixPath(picture.name).parent) for picture in members}
        above = os.path.commonpath([str(PurePosixPath(folder).parent) for folder in class_folders] or [split])
        for picture in members:
            picture.name, picture.split = split + picture.name.removeprefix(above), split
            picture.label = PurePosixPath(picture.name).parent.name
        rejects.rows = [
            (split + file.removeprefix(above) if file.startswith(f"{above}/") else file, reason, detail)
            for file, reason, detail in rejects.rows
        ]
    found = sorted({picture.label for picture in pictures}, reverse=True)
    spelling_of = {caseless(label): label for label in (*found, *spellings)}  # a later one replaces an earlier
    for picture in pictures:
        picture.label = spelling_of[caseless(picture.label)]
    return sorted(pictures, key=lambda picture: (picture.split == "test", picture.name))


def leave_out_unlisted(pictures: list[Picture], rejects: Rejects, listed: list[str]) -> list[Picture]:
    """The pictures of the listed classes; `rejects` gets the others, as `class_not_listed`.

    Files in their folders that were set aside for another reason get this one: nobody asked for them.
    Raises InputError for a listed class that no folder has.
    """
    wanted, found = {*listed}, {picture.label for picture in pictures}
    if missing := [name for name in listed if name not in found]:
        raise InputError(
            f"data.classes names {', '.join(missing)}, but no folder with pictures is called so; "
            f"the folders are {list_names(sorted(found))} (files set aside: {rejects.describe()})."
        )
    unlisted = {caseless(label) for label in found - wanted}
    rejects.rows = [
        (file, UNLISTED, f"{reason}: {detail}")
        if caseless(PurePosixPath(file).parent.name) in unlisted
        else (file, reason, detail)
        for file, reason, detail in rejects.rows
    ]
    for picture in pictures:
        if picture.label not in wanted:
            rejects.add(picture.name, UNLISTED, f"data.classes does not name {picture.label}")
    return [picture for picture in pictures if picture.label in wanted]
