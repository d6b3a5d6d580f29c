"""The split and the class of each picture, by the folders that it lies in."""

import os
import unicodedata
from dataclasses import dataclass
from pathlib import PurePosixPath

from transfer.dataset.pictures import Prepared
from transfer.dataset.rejects import Rejects


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

    def columns(self, positive_class: str) -> dict[str, str | int]:
        """Its row of the manifest."""
        return {
            "id": self.prepared.id,
            "file": self.name,
            "label": self.label,
            "target": int(self.label == positive_class),
            "split": self.split,
            "sha256": self.prepared.sha256,
            "width": self.prepared.width,
            "height": self.prepared.height,
        }


def label_by_folder(pictures: list[Picture], rejects: Rejects, positive_class: str) -> list[Picture]:
    """Set `split` and `label` of each picture; returns them sorted by name, train first.

    The class is the folder that holds the picture. Folders that hold all pictures of a split are taken out of its
    names, and out of the names in `rejects`. Classes that differ only in case or in Unicode form are one, spelt like
    `positive_class` or else like the first in the alphabet.
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
    spellings = sorted({picture.label for picture in pictures}, reverse=True)
    spelling_of = {_caseless(label): label for label in (*spellings, positive_class)}  # a later one replaces an earlier
    for picture in pictures:
        picture.label = spelling_of[_caseless(picture.label)]
    return sorted(pictures, key=lambda picture: (picture.split == "test", picture.name))


def _caseless(label: str) -> str:
    return unicodedata.normalize("NFC", label).casefold()
