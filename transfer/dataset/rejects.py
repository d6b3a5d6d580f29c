"""Files that were set aside, and why."""

import csv
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Rejects:
    """Every file that was set aside: file, reason, detail."""

    rows: list[tuple[str, str, str]] = field(default_factory=list)

    def add(self, file: str, reason: str, detail: str) -> None:
        self.rows.append((printable(file), reason, printable(detail)))

    def counts(self) -> dict[str, int]:
        reasons = [reason for _, reason, _ in self.rows]
        return {reason: reasons.count(reason) for reason in sorted(set(reasons))}

    def table(self) -> str:
        """The reasons and their counts, and three files to look at, in a line."""
        if not self.rows:
            return "none"
        counts = ", ".join(f"{reason} {count}" for reason, count in self.counts().items())
        return f"{counts}; e.g. {', '.join(file for file, *_ in sorted(self.rows)[:3])}"

    def write(self, path: Path) -> None:
        with path.open("w", newline="", encoding="utf-8") as file:
            table = csv.writer(file, lineterminator="\n")
            table.writerow(["file", "reason", "detail"])
            table.writerows(sorted(self.rows))


def printable(text: str) -> str:
    """Text with its control characters and broken Unicode escaped: names come from strangers and go into tables."""
    return (
        text
        if text.isprintable()
        else "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in text)
    )
