"""The table of corrections by hand: one row a picture."""

import csv
from dataclasses import dataclass
from io import StringIO
from pathlib import Path, PurePosixPath

from transfer.errors import InputError

HEADER = ("id", "file", "action", "label", "note")
RELABEL, DROP, KEEP = ACTIONS = ("relabel", "drop", "keep")


@dataclass(frozen=True, slots=True)
class Correction:
    """One row: what is to be done with a picture, and why.

    id: of the picture; empty: `file` alone says which one it is
    file: split, then the path in its source, as in manifest.csv and rejects.csv
    action: relabel, drop or keep
    label: its class after relabel; has no say otherwise
    note: for people
    """

    id: str
    file: str
    action: str
    label: str = ""
    note: str = ""

    def named(self) -> str:
        return f"{self.id} ({self.file})" if self.id and self.file else self.id or self.file


def read_corrections(path: Path) -> list[Correction]:
    """The rows of a CSV file with the columns of HEADER; none where there is no file.

    Raises InputError for a table that cannot be understood, with the line.
    """
    if not path.is_file():
        return []
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(f"{path} is not text in UTF-8; save it as CSV in UTF-8.") from None
    separator = max(",;\t", key=text.partition("\n")[0].count)
    table = csv.DictReader(StringIO(text, newline=""), delimiter=separator, restval="")
    if lacking := [column for column in HEADER[:4] if column not in (table.fieldnames or ())]:
        raise InputError(f"{path} has no column {', '.join(lacking)}; its first line must be {','.join(HEADER)}.")
    rows: dict[tuple[str, str], Correction] = {}
    meant: dict[str, tuple[str, str]] = {}
    for record in table:
        row = Correction(*((record.get(column) or "").strip() for column in HEADER))
        place = f"line {table.line_num} of {path}"
        if row.action not in ACTIONS:
            raise InputError(f"{place} has the action {row.action!r}; it is one of {', '.join(ACTIONS)}.")
        if not (row.id or row.file):
            raise InputError(f"{place} names no picture; give its id, or its file.")
        if row.action == RELABEL and not row.label:
            raise InputError(f"{place} gives {row.named()} no label; name its class in the column label.")
        picture, what = row.id or row.file, (row.action, row.label if row.action == RELABEL else "")
        if meant.setdefault(picture, what) != what:
            raise InputError(f"{place} and an earlier one do not agree about {row.named()}; take one of them out.")
        # Files of one id are one picture under several names, of which a keep chooses one.
        rows[picture, row.file if row.action == KEEP else ""] = row
    return list(rows.values())


def kept_files(rows: list[Correction]) -> frozenset[str]:
    """The paths of files that are to be kept though they break a limit, without the split before them."""
    return frozenset(row.file.partition("/")[2] for row in rows if row.action == KEEP and row.file)


def is_kept(name: str, kept: frozenset[str]) -> bool:
    """Whether a file that has just come may be one of `kept_files`: its last folders and its name say so."""
    parts = PurePosixPath(name).parts
    return bool(kept) and any("/".join(parts[start:]) in kept for start in range(len(parts)))
