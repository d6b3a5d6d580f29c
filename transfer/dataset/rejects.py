"""Files that were set aside, and why."""

import csv
import unicodedata
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from transfer.errors import InputError

HEADER = ("file", "reason", "detail")
UNLISTED = "class_not_listed"  # the reason of files that were left out because nobody asked for their class
DROPPED = "dropped_by_hand"  # the reason of pictures that data/corrections.csv drops
JOINERS = "\u200c\u200d"  # of letters, in Persian, in Indian scripts and in emoji
ASKED_FOR = (UNLISTED, DROPPED)  # reasons that say nothing against the data


@dataclass
class Rejects:
    """Every file that was set aside: file, reason (a word of a fixed vocabulary), detail (for people)."""

    rows: list[tuple[str, str, str]] = field(default_factory=list)

    def add(self, file: str, reason: str, detail: str) -> None:
        self.rows.append((printable(file), reason, printable(detail)))

    def counts(self) -> dict[str, int]:
        """Files set aside, by reason; reasons in alphabetical order."""
        return dict(sorted(Counter(reason for _, reason, _ in self.rows).items()))

    def describe(self) -> str:
        """In a line: the reasons with their counts, and three files to look at."""
        if not self.rows:
            return "none"
        counts = ", ".join(f"{reason} {count}" for reason, count in self.counts().items())
        return f"{counts}; e.g. {', '.join(file for file, *_ in sorted(self.rows)[:3])}"

    @classmethod
    def read(cls, path: Path) -> "Rejects":
        """Those in a CSV file with the columns of HEADER."""
        rejects = cls()
        with path.open(newline="", encoding="utf-8") as file:
            for row in csv.DictReader(file):
                rejects.add(*(row[column] for column in HEADER))
        return rejects

    def write(self, path: Path) -> None:
        """As a CSV file, sorted."""
        with path.open("w", newline="", encoding="utf-8") as file:
            table = csv.writer(file, lineterminator="\n")
            table.writerow(HEADER)
            table.writerows(sorted(self.rows))


@contextmanager
def kept_if_stopped(rejects: Rejects, path: Path) -> Iterator[None]:
    """Leave the table at `path` if the block ends in an InputError and a file was set aside; else nothing there."""
    path.unlink(missing_ok=True)
    try:
        yield
    except InputError:
        if rejects.rows:
            rejects.write(path)
        raise


def printable(text: str) -> str:
    """Text with control characters and broken Unicode escaped: names come from strangers, and go into tables.

    Blanks of other widths, and what joins letters or keeps them apart, stay: names have them, and so do tables.
    """
    if text.isprintable():
        return text
    return "".join(each if _is_harmless(each) else each.encode("unicode_escape").decode() for each in text)


def _is_harmless(each: str) -> bool:
    return each.isprintable() or unicodedata.category(each) == "Zs" or each in JOINERS
