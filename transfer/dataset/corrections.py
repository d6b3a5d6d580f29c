"""Corrections by hand: other classes for pictures, pictures that go, and pictures that stay."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from transfer.dataset.class_choice import caseless, list_names
from transfer.dataset.corrections_record import RECORD
from transfer.dataset.corrections_table import DROP, KEEP, RELABEL, Correction
from transfer.dataset.labels import Picture
from transfer.dataset.rejects import DROPPED, Rejects
from transfer.errors import InputError


@dataclass
class Corrections:
    """All rows of a table, and what came of them.

    dropped: the pictures that went, each as it was
    missing: the rows that name no picture
    """

    rows: list[Correction] = field(default_factory=list)
    dropped: list[Picture] = field(default_factory=list)
    missing: list[Correction] = field(default_factory=list)
    _of: dict[int, Correction] = field(default_factory=dict)  # by the position of a picture

    def apply(self, pictures: list[Picture], rejects: Rejects, listed: Sequence[str] | None) -> list[Picture]:
        """Relabel pictures, and take those out that are to go, or were prepared in spite of a limit in vain.

        pictures: with names, splits and labels as they came
        rejects: gets what is taken out
        listed: the classes that are used; None: all that pictures have
        Returns the others. Raises InputError for a label that is no class.
        """
        self._match(pictures)
        names = {caseless(name): name for name in listed or sorted({picture.label for picture in pictures})}
        given: dict[str, set[str]] = {}
        for picture in pictures:
            given.setdefault(picture.prepared.id, set()).add(picture.label)
        left = []
        for picture in pictures:
            row = self._of.get(picture.position)
            if picture.prepared.forgiven and not (row and row.action == KEEP):
                rejects.add(picture.name, *picture.prepared.forgiven)
            elif row and row.action == DROP:
                rejects.add(picture.name, DROPPED, row.note or "data/corrections.csv drops it")
                if picture.prepared.id not in {other.prepared.id for other in self.dropped}:
                    self.dropped.append(picture)
            else:
                if row and row.action == RELABEL:
                    if caseless(row.label) not in names:
                        classes = list_names(list(names.values()))
                        raise InputError(
                            f"data/corrections.csv relabels {row.named()} as {row.label}, which is no class here; "
                            f"the classes are {classes}."
                        )
                    # A picture that came under two classes would have been dropped: it had none.
                    alone = len(given[picture.prepared.id]) == 1
                    picture.given = picture.label if alone else ""
                    picture.label = names[caseless(row.label)]
                left.append(picture)
        return left

    def _match(self, pictures: list[Picture]) -> None:
        by_id: dict[str, list[Picture]] = {}
        for picture in pictures:
            by_id.setdefault(picture.prepared.id, []).append(picture)
        by_file = {picture.name: picture for picture in pictures}
        for row in self.rows:
            found = by_id.get(row.id, []) if row.id else [by_file[row.file]] if row.file in by_file else []
            if row.action == KEEP and len(found) > 1:
                found = [picture for picture in found if picture.name == row.file] or found[:1]
            self._of |= {picture.position: row for picture in found}
            if not found:
                self.missing.append(row)

    def kept(self, pictures: list[Picture]) -> set[int]:
        """The places, in a list of pictures, of those to be kept."""
        keeps = {position for position, row in self._of.items() if row.action == KEEP}
        return {place for place, picture in enumerate(pictures) if picture.position in keeps}

    def record(self, pictures: Iterable[Picture], saved: set[str]) -> list[dict[str, str]]:
        """What was done, one row a picture: the columns of RECORD.

        pictures: that are left, and `dropped`, all with their splits
        saved: ids of those that would not be here if they were not kept
        """
        gone = {picture.position for picture in self.dropped}
        found: dict[str, dict[str, str]] = {}
        for picture in pictures:
            if row := self._of.get(picture.position):
                id_, label = picture.prepared.id, "" if picture.position in gone else picture.label
                saved_here = id_ in saved or picture.prepared.forgiven
                given = picture.given if row.action == RELABEL else "" if saved_here else picture.label
                values = (id_, picture.name, picture.split, row.action, given, label, row.note)
                found.setdefault(id_, dict(zip(RECORD, values, strict=True)))
        return list(found.values())

    def notes(self) -> list[str]:
        """A sentence with the rows that name no picture."""
        if not self.missing:
            return []
        named = list_names([row.named() for row in self.missing])
        return [f"data/corrections.csv names {len(self.missing)} that are not there, or not to be read: {named}"]
