"""Labels from a table with a row a picture: CSV, TSV or Parquet."""

from __future__ import annotations

import csv
import unicodedata
from dataclasses import dataclass
from io import BytesIO, StringIO
from pathlib import Path

from transfer.dataset.split_folders import SPLIT_OF
from transfer.errors import InputError

TABLE = "labels"  # name in data/raw, before the suffix
SURPLUS = "\0"  # the name of what rows have beyond the header
SUFFIXES = (".csv", ".tsv", ".txt", ".parquet")


@dataclass(frozen=True, slots=True)
class Row:
    """file: as the table has it; label, group: text, "" if empty; split: train, validation, test or "" (no column)"""

    file: str
    label: str
    split: str = ""
    group: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """name: its path, as given"""

    name: str
    rows: list[Row]


def find_table(raw: Path) -> Path:
    """The table that `download` brought."""
    return next(path for path in sorted(raw.glob(f"{TABLE}.*")))


def read_table(
    path: Path, file: str, label: str, split: str | None = None, group: str | None = None, or_group: str | None = None
) -> list[Row]:
    """The rows of a table, all as text.

    path: of a .csv, .tsv or .parquet file; the separator of the former is found in the header
    file, label, split, group: names of columns; None: there is none
    or_group: counts as `group` if there is none and a column is called so
    Raises InputError for a table that cannot be read, or lacks a column, and for a split that is none.
    """
    wanted = [column for column in (file, label, split, group) if column]
    records = _parquet(path) if path.suffix.lower() == ".parquet" else _separated(path, wanted)
    if not group and or_group and records and or_group in records[0]:
        group, wanted = or_group, [*wanted, or_group]
    if missing := [column for column in wanted if not records or column not in records[0]]:
        there = ", ".join(records[0]) if records else "nothing"
        raise InputError(f"the table of data.labels has no column {', '.join(missing)}; its columns are {there}.")
    rows = []
    for record in records:
        named = {column: " ".join((record[column] or "").split()) for column in wanted}
        if not named[file]:
            continue  # as spreadsheets leave rows below the last one
        word = named[split].lower() if split else ""
        if split and word not in SPLIT_OF:
            raise InputError(
                f"the table of data.labels has {named[split]!r} in its column {split} for {named[file]}; a split is "
                f"one of {', '.join(SPLIT_OF)}."
            )
        known, its_group = (unicodedata.normalize("NFC", named.get(column, "")) for column in (label, group))
        rows.append(Row(record[file].strip(), known, SPLIT_OF.get(word, ""), its_group))
    return _without_test(rows) if split else rows


def _without_test(rows: list[Row]) -> list[Row]:
    """If no row is for test, those for validation are: so are folders read, too."""
    if any(row.split == "test" for row in rows):
        return rows
    return [Row(row.file, row.label, "test" if row.split == "validation" else row.split, row.group) for row in rows]


def _separated(path: Path, wanted: list[str]) -> list[dict[str, str]]:
    """The records of a table whose separator is the one that gives most of the wanted columns."""
    content = path.read_bytes()
    encodings = ["utf-16"] if content[:2] in (b"\xff\xfe", b"\xfe\xff") else ["utf-8-sig", "cp1252", "latin-1"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise InputError("the table of data.labels is not text; save it as CSV in UTF-8.")
    text = text.replace("\r\n", "\n").replace("\r", "\n").lstrip("\n")
    header = text.partition("\n")[0]
    try:
        names = {each: [name.strip() for name in next(csv.reader([header], delimiter=each), [])] for each in ",;\t|"}
        separator = max(names, key=lambda each: len({*wanted} & {*names[each]}))
        table = csv.DictReader(StringIO(text, newline=""), names[separator], SURPLUS, "", delimiter=separator)
        return [{name: cell for name, cell in row.items() if name != SURPLUS} for row in table][1:]
    except csv.Error as error:
        raise InputError(f"the table of data.labels cannot be read ({error}); save it as CSV in UTF-8.") from None


def _parquet(path: Path) -> list[dict[str, str]]:
    try:
        import pandas as pd

        table = pd.read_parquet(BytesIO(path.read_bytes()))
    except ImportError:
        raise InputError(
            "the table of data.labels is Parquet, which needs pyarrow; install it in the environment, or save it as "
            "CSV."
        ) from None
    except (OSError, ValueError) as error:
        raise InputError(f"the table of data.labels cannot be read ({' '.join(str(error).split())}).") from None
    return table.astype(object).where(table.notna(), "").astype(str).to_dict("records")
