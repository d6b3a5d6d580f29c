"""What corrections by hand did to pictures, as a table for the stages after preprocess."""

import csv
from collections import Counter
from pathlib import Path

from transfer.dataset.corrections_table import ACTIONS

# given: the picture's class without the correction; label: with it. Each is empty where the picture is left out.
RECORD = ("id", "file", "split", "action", "given", "label", "note")


def write_record(path: Path, rows: list[dict[str, str]]) -> None:
    """As a CSV file, in order of file."""
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.DictWriter(file, RECORD, lineterminator="\n")
        table.writeheader()
        table.writerows(sorted(rows, key=lambda row: row["file"]))


def read_record(path: str | Path) -> list[dict[str, str]]:
    """The rows of a file that `write_record` wrote."""
    with Path(path).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def count_corrections(rows: list[dict[str, str]]) -> dict:
    """How many, by split and action, and in all; empty where there are none."""
    number = Counter((row["split"], row["action"]) for row in rows)
    splits = dict.fromkeys(split for split, _ in sorted(number))
    by_split = {split: {action: number[split, action] for action in ACTIONS} for split in splits}
    return {**by_split, "all": len(rows)} if rows else {}
