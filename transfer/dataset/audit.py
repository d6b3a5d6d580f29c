"""Whether pictures make a data set to train and test on; their counts, and a look at them."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np

from transfer.dataset.contact_sheet import contact_sheet
from transfer.dataset.labels import Picture
from transfer.dataset.rejects import Rejects
from transfer.errors import InputError

SPLITS = ("train", "validation", "test")
MIN_PICTURES = 2  # of each class, in train (one trains, one validates) and in test
TILES = 60  # on a contact sheet
ALWAYS_COUNTED = ("duplicate", "label_conflict", "leak", "near_duplicate")  # reasons that are reported even if 0


def check_classes(pictures: list[Picture], rejects: Rejects, positive_class: str) -> None:
    """Raises InputError unless train and test have the same two class folders, `positive_class` one of them.

    rejects: named in the message, as they may explain why a class has no pictures
    """
    classes = {split: sorted({p.label for p in pictures if p.split == split}) for split in ("train", "test")}
    for split, labels in classes.items():
        if len(labels) != 2:
            raise InputError(
                f"{split} has {len(labels)} class folders with pictures ({', '.join(labels) or 'none'}); there must "
                f"be two, one folder a class, named after it (files set aside: {rejects.describe()})."
            )
    if classes["train"] != classes["test"]:
        train, test = (", ".join(labels) for labels in classes.values())
        raise InputError(f"train has the classes {train}, test has {test}; give the folders the same names.")
    if positive_class not in classes["train"]:
        raise InputError(
            f"data.positive_class {positive_class!r} is not a class here; choose {' or '.join(classes['train'])}."
        )


def check_numbers(pictures: list[Picture]) -> None:
    """Raises InputError unless train and test have MIN_PICTURES pictures of each class."""
    counts = Counter((picture.split, picture.label) for picture in pictures)
    for split in ("train", "test"):
        for label in sorted({picture.label for picture in pictures}):
            if counts[split, label] < MIN_PICTURES:
                raise InputError(
                    f"{split} has {counts[split, label]} usable picture(s) of {label}; at least {MIN_PICTURES} are "
                    "needed: add pictures, or see why others were set aside."
                )


def check_rejects(rejects: Rejects, usable: int, max_fraction: float) -> None:
    """Raises InputError, with the reasons, if too many files were set aside.

    usable: number of the other files
    max_fraction: of all files, in [0, 1]
    """
    total = usable + len(rejects.rows)
    if len(rejects.rows) > max_fraction * total:
        raise InputError(
            f"{len(rejects.rows)} of {total} files were set aside ({rejects.describe()}), more than "
            f"preprocess.max_reject_fraction {max_fraction} allows; fix the data, or allow more."
        )


def summarise(pictures: list[Picture], rejects: Rejects) -> dict:
    """Counts by split and class, files set aside by reason, and the sizes of the originals in pixels."""
    number = Counter((picture.split, picture.label) for picture in pictures)
    labels = sorted({picture.label for picture in pictures})
    counts = {split: {label: number[split, label] for label in labels} for split in SPLITS}
    sizes = {}
    for side in ("width", "height"):
        values = np.array([getattr(picture.prepared, side) for picture in pictures])
        sizes[side] = {"min": int(values.min()), "median": float(np.median(values)), "max": int(values.max())}
    return {
        "counts": {**counts, "all": len(pictures)},
        "rejects": {**dict.fromkeys(ALWAYS_COUNTED, 0), **rejects.counts(), "all": len(rejects.rows)},
        "size": sizes,
    }


def write_sheets(
    folder: Path,
    pictures: list[Picture],
    dropped: list[tuple[Picture, str]],
    read_jpeg: Callable[[Picture], bytes],
) -> None:
    """Write contact sheets, of pictures at equal distances: sheet_SPLIT.png and sheet_rejects.png.

    folder: where to
    pictures: of the data set
    dropped: (picture, reason) of each that was dropped as a duplicate
    read_jpeg: gives the JPEG stream of a picture
    """
    groups = {split: [(picture, picture.label) for picture in pictures if picture.split == split] for split in SPLITS}
    for name, members in {**groups, "rejects": dropped}.items():
        chosen = [members[i] for i in np.linspace(0, len(members) - 1, min(TILES, len(members))).astype(int)]
        contact_sheet([(read_jpeg(picture), caption) for picture, caption in chosen], folder / f"sheet_{name}.png")
