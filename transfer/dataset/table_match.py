"""Which row of a table of labels belongs to which picture."""

import unicodedata
from collections.abc import Iterable
from pathlib import PurePosixPath

from transfer.dataset.arrangement import move
from transfer.dataset.labels import Labelling, Picture
from transfer.dataset.labels_table import Row, Table
from transfer.dataset.rejects import Rejects
from transfer.dataset.split_folders import SPLIT_OF
from transfer.errors import InputError


def label_by_table(pictures: list[Picture], rejects: Rejects, table: Table) -> Labelling:
    """Set group and split of each picture that has a row, the split if the table names it.

    rejects: loses the table itself, which may have arrived with the pictures, and gets the rows without a file
    Raises InputError as `Match`.
    """
    own = PurePosixPath(table.name).name
    rejects.rows = [row for row in rejects.rows if PurePosixPath(row[0]).name != own]
    match = Match(table.rows, [picture.name for picture in pictures] + [file for file, *_ in rejects.rows])
    label_of = {name: row.label for name, row in match.rows.items()}
    for picture in pictures:
        if row := match.rows.get(picture.name):
            picture.group = row.group
            if row.split and row.split != picture.split:
                move(picture, row.split)
            label_of[picture.name] = row.label
    for row in match.missing:
        rejects.add(row.file, "not_there", f"{own} names it, and no file is called so")
    return Labelling(lambda name: label_of.get(name, ""), "no_label", f"{own} has no label for it")


class Match:
    """Which row belongs to which picture.

    rows: by the place of the picture
    missing: rows that no picture belongs to
    """

    def __init__(self, rows: Iterable[Row], places: Iterable[str]):
        """places: paths of pictures, SPLIT/path. Raises InputError if a row fits two of them, or two rows differ.

        A row fits the picture whose path ends like its file does, or the other way round. Case, Unicode form and a
        suffix that differs or lacks are forgiven where only one picture is left.
        """
        by_stem: dict[str, list[str]] = {}
        for place in places:
            by_stem.setdefault(_stem(PurePosixPath(_plain(place)).name), []).append(place)
        self.rows: dict[str, Row] = {}
        self.missing: list[Row] = []
        for row in rows:
            fitting = _fitting(row, by_stem)
            if len(fitting) > 1:
                raise InputError(
                    f"the table of data.labels has {row.file}, which fits {fitting[0]} and {fitting[1]}; write more of "
                    "the path."
                )
            if not fitting:
                self.missing.append(row)
                continue
            before = self.rows.setdefault(fitting[0], row)
            if (before.label, before.split, before.group) != (row.label, row.split, row.group):
                raise InputError(f"the table of data.labels has {row.file} twice, with different labels; leave one.")


def _fitting(row: Row, by_stem: dict[str, list[str]]) -> list[str]:
    """The places that a row's file may mean: the fewest that any of several ways to compare leaves."""
    wanted = _plain(row.file)
    name = PurePosixPath(wanted).name
    found = {place for stem in {name, _stem(name)} for place in by_stem.get(stem, ())}
    found = {place for place in found if _ends_alike(_plain(place).split("/"), wanted.split("/"))}
    narrower = (
        lambda place: PurePosixPath(_plain(place)).name == name,
        lambda place: PurePosixPath(place).name == PurePosixPath(row.file.replace("\\", "/")).name,
        lambda place: _plain(place) == wanted,
        lambda place: bool(row.split) and any(SPLIT_OF.get(part.lower()) == row.split for part in place.split("/")),
    )
    for fits in narrower:
        found = {place for place in found if fits(place)} or found
    return sorted(found)


def _ends_alike(place: list[str], wanted: list[str]) -> bool:
    """Whether the folders of one path, with its split or without, are the last folders of the other."""
    for one in (place, place[1:]):
        depth = min(len(one), len(wanted))
        if one and one[-depth:-1] == wanted[-depth:-1]:
            return True
    return False


def _plain(path: str) -> str:
    """A path to compare: in lower case, NFC, with slashes, without a root or a leading ./"""
    text = unicodedata.normalize("NFC", path.replace("\\", "/")).casefold()
    return "/".join(part for part in text.split("/") if part not in ("", "."))


def _stem(name: str) -> str:
    """A name without a suffix; digits after a dot are none (cat.0)."""
    head, dot, suffix = name.rpartition(".")
    return head if dot and head and suffix.isalnum() and not suffix.isdigit() and len(suffix) <= 5 else name
