"""What arrived, what was set aside and why, and whether what is left is a data set to train and test on."""

import os
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import numpy as np

from transfer.dataset.contact_sheet import contact_sheet
from transfer.dataset.pictures import Prepared
from transfer.dataset.rejects import Rejects
from transfer.errors import InputError

SPLITS = ("train", "validation", "test")
NEEDED = 2  # pictures of each class
TILES = 60  # on a contact sheet
TWICE = ("duplicate", "label_conflict", "leak", "near_duplicate")  # reasons worth a count even where there are none


@dataclass(slots=True)
class Found:
    """A picture that decodes; its class is the folder that holds it.

    name: split, then the path in its source; prepared: what was learnt of it, less stream and thumbnail; place: where
    those two are spooled
    """

    name: str
    prepared: Prepared
    place: int
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


def arrange(found: list[Found], rejects: Rejects, positive_class: str) -> list[Found]:
    """Sort pictures by name, train first, and set `split` and `label`.

    Folders that hold all pictures of a split are taken out of the names, of what was set aside too. Classes that differ
    in nothing but case or Unicode form are one, spelt as `positive_class` or else as the first in the alphabet.
    """
    for split in ("train", "test"):
        members = [picture for picture in found if picture.name.startswith(f"{split}/")]
        above = os.path.commonpath({str(PurePosixPath(p.name).parent.parent) for p in members}) if members else split
        for picture in members:
            picture.name, picture.split = split + picture.name.removeprefix(above), split
            picture.label = PurePosixPath(picture.name).parent.name
        rejects.rows = [
            (split + file.removeprefix(above) if file.startswith(f"{above}/") else file, *why)
            for file, *why in rejects.rows
        ]
    spellings = sorted({picture.label for picture in found}, reverse=True)
    spelt = {_folded(label): label for label in (*spellings, positive_class)}
    for picture in found:
        picture.label = spelt[_folded(picture.label)]
    return sorted(found, key=lambda picture: (picture.split == "test", picture.name))


def _folded(label: str) -> str:
    return unicodedata.normalize("NFC", label).casefold()


def check_classes(found: list[Found], rejects: Rejects, positive_class: str) -> None:
    """Raises InputError unless train and test have the same two class folders, `positive_class` one of them."""
    classes = {split: sorted({p.label for p in found if p.split == split}) for split in ("train", "test")}
    for split, labels in classes.items():
        if len(labels) != 2:
            raise InputError(
                f"{split} has {len(labels)} class folders with pictures ({', '.join(labels) or 'none'}); there have to "
                f"be two, one folder a class, named after it (files set aside: {rejects.table()})."
            )
    if classes["train"] != classes["test"]:
        train, test = (", ".join(labels) for labels in classes.values())
        raise InputError(f"train has the classes {train}, test has {test}; name the folders alike.")
    if positive_class not in classes["train"]:
        raise InputError(
            f"data.positive_class {positive_class!r} is no class here; choose {' or '.join(classes['train'])}."
        )


def check_numbers(kept: list[Found]) -> None:
    """Raises InputError unless train has two pictures of each class, one of them for validation, and test has two."""
    labels = sorted({picture.label for picture in kept})
    for split in ("train", "test"):
        for label in labels:
            count = sum(picture.split == split and picture.label == label for picture in kept)
            if count < NEEDED:
                raise InputError(
                    f"{split} has {count} usable picture(s) of {label}; at least {NEEDED} are needed: add pictures, or "
                    "see why others were set aside."
                )


def check_rejects(rejects: Rejects, kept: int, max_fraction: float) -> None:
    """Raises InputError, with the reasons, if more than `max_fraction` of all files were set aside."""
    total = kept + len(rejects.rows)
    if len(rejects.rows) > max_fraction * total:
        raise InputError(
            f"{len(rejects.rows)} of {total} files were set aside ({rejects.table()}), more than "
            f"preprocess.max_reject_fraction {max_fraction} allows; mend the data, or allow more."
        )


def summarise(kept: list[Found], rejects: Rejects) -> dict:
    """Counts by split and class, files set aside by reason, and sizes of the originals in pixels."""
    labels = sorted({picture.label for picture in kept})
    counts: dict = {
        split: {label: sum(p.split == split and p.label == label for p in kept) for label in labels} for split in SPLITS
    }
    sizes = {}
    for side in ("width", "height"):
        values = np.array([getattr(picture.prepared, side) for picture in kept])
        sizes[side] = {"min": int(values.min()), "median": float(np.median(values)), "max": int(values.max())}
    return {
        "counts": {**counts, "all": len(kept)},
        "rejects": {**dict.fromkeys(TWICE, 0), **rejects.counts(), "all": len(rejects.rows)},
        "size": sizes,
    }


def write_sheets(
    folder: Path, kept: list[Found], dropped: list[tuple[Found, str]], read: Callable[[Found], bytes]
) -> None:
    """Write sheet_SPLIT.png for each split and sheet_rejects.png for what decodes and was dropped; evenly chosen.

    dropped: pairs of a picture and the reason; read: gives a picture's stream
    """
    groups = {split: [(picture, picture.label) for picture in kept if picture.split == split] for split in SPLITS}
    for name, members in {**groups, "rejects": dropped}.items():
        chosen = [members[i] for i in np.linspace(0, len(members) - 1, min(TILES, len(members))).astype(int)]
        contact_sheet([(read(picture), caption) for picture, caption in chosen], folder / f"sheet_{name}.png")
