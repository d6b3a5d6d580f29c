"""The class of each picture."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

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
    place: path in its source, as it arrived
    group: what pictures of one patient, animal or film share; empty if it stands alone
    given: its class as it came, where that was corrected by hand; else empty
    """

    name: str
    prepared: Prepared
    position: int
    split: str = ""
    label: str = ""
    place: str = ""
    group: str = ""
    given: str = ""

    def columns(self, classes: Classes, grouped: bool = False) -> dict[str, str | int]:
        """Its row of the manifest; `label` must be one of the classes. grouped: whether the row names the group."""
        return {
            "id": self.prepared.id,
            "file": self.name,
            "label": self.label,
            "target": classes.names.index(self.label),
            "split": self.split,
            "sha256": self.prepared.sha256,
            "width": self.prepared.width,
            "height": self.prepared.height,
            **({"group": self.group} if grouped else {}),
        }


@dataclass(frozen=True, slots=True)
class Labelling:
    """A way to label pictures.

    label_of: gives the label of a picture's name, "" if it has none
    reason, detail: of pictures that are set aside because they have none
    notes: sentences about what was decided
    """

    label_of: Callable[[str], str]
    reason: str
    detail: str
    notes: tuple[str, ...] = ()


def label(
    pictures: list[Picture], rejects: Rejects, labelling: Labelling, spellings: Iterable[str] = ()
) -> list[Picture]:
    """Set the label of each picture; returns those that have one, and `rejects` gets the others.

    Labels that differ only in case or in Unicode form are one, spelt like the last of `spellings` that does not differ
    otherwise, or else like the first in the alphabet.
    """
    labelled = []
    for picture in pictures:
        picture.label = labelling.label_of(picture.name)
        if picture.label:
            labelled.append(picture)
        else:
            rejects.add(picture.name, labelling.reason, labelling.detail)
    found = sorted({picture.label for picture in labelled}, reverse=True)
    spelling_of = {caseless(label): label for label in (*found, *spellings)}  # a later one replaces an earlier
    for picture in labelled:
        picture.label = spelling_of[caseless(picture.label)]
    return labelled


def leave_out_unlisted(
    pictures: list[Picture], rejects: Rejects, listed: list[str], label_of: Callable[[str], str]
) -> list[Picture]:
    """The pictures of the listed classes; `rejects` gets the others, as `class_not_listed`.

    Files of other classes that were set aside for another reason get this one: nobody asked for them.
    label_of: gives the label of a file that was set aside
    Raises InputError for a listed class that no picture has.
    """
    wanted, found = {*listed}, {picture.label for picture in pictures}
    if missing := [name for name in listed if name not in found]:
        raise InputError(
            f"data.classes names {', '.join(missing)}, but no picture is labelled so; "
            f"the labels are {list_names(sorted(found))} (files set aside: {rejects.describe()})."
        )
    unlisted = {caseless(label) for label in found - wanted}
    rejects.rows = [
        (file, UNLISTED, f"{reason}: {detail}") if caseless(label_of(file)) in unlisted else (file, reason, detail)
        for file, reason, detail in rejects.rows
    ]
    for picture in pictures:
        if picture.label not in wanted:
            rejects.add(picture.name, UNLISTED, f"data.classes does not name {picture.label}")
    return [picture for picture in pictures if picture.label in wanted]
