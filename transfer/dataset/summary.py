"""What a data set holds, in numbers and in words."""

from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np

from transfer.classes import Classes
from transfer.dataset.class_choice import caseless, list_names
from transfer.dataset.group_patterns import suggest_pattern, suggestion
from transfer.dataset.labels import Picture
from transfer.dataset.rejects import Rejects
from transfer.dataset.shares import describe_shares

SPLITS = ("train", "validation", "test")
ALWAYS_COUNTED = ("duplicate", "label_conflict", "leak", "near_duplicate")  # reasons that are reported even if 0
MOST_ROWS = 12  # classes in the table for people


def summarise(
    pictures: list[Picture],
    rejects: Rejects,
    classes: Classes,
    label_of: Callable[[str], str],
    drawn: dict[str, float] | None = None,
    notes: Sequence[str] = (),
    corrections: dict | None = None,
) -> dict:
    """Counts by split and class, files set aside by reason, and the sizes of the originals in pixels.

    Only where there are any: `rejects_by_class`, the reasons of files of a class, `missing_in_test`, the classes of
    which nothing is tested, `corrections`, `drawn`, `groups`, how many there are, else `suggested_group`, a pattern,
    and `notes`.

    label_of: gives the label of a file that was set aside, "" if it has none
    drawn: by split that was drawn here and did not come so, the share that was asked for, in (0, 1); None: none was
    notes: sentences on how the pictures were labelled and divided
    corrections: as from `count_corrections`
    """
    number = Counter((picture.split, picture.label) for picture in pictures)
    counts = {split: {label: number[split, label] for label in classes.names} for split in SPLITS}
    sizes = {}
    for side in ("width", "height"):
        values = np.array([getattr(picture.prepared, side) for picture in pictures])
        sizes[side] = {"min": int(values.min()), "median": float(np.median(values)), "max": int(values.max())}
    by_class = _rejects_by_class(rejects, classes, label_of)
    groups = len({picture.group for picture in pictures} - {""})
    own = [picture for picture in pictures if picture.split != "test"]
    names = [picture.place for picture in own], [picture.given or picture.label for picture in own]
    suggested = "" if groups else suggest_pattern(*names)
    missing = [label for label, count in counts["test"].items() if not count]
    return {
        "counts": {**counts, "all": len(pictures)},
        "rejects": {**dict.fromkeys(ALWAYS_COUNTED, 0), **rejects.counts(), "all": len(rejects.rows)},
        **({"rejects_by_class": by_class} if by_class else {}),
        **({"missing_in_test": missing} if missing else {}),
        **({"corrections": corrections} if corrections else {}),
        **({"drawn": drawn} if drawn else {}),
        **({"groups": groups} if groups else {}),
        **({"suggested_group": suggested} if suggested else {}),
        **({"notes": list(notes)} if notes else {}),
        "size": sizes,
    }


def _rejects_by_class(rejects: Rejects, classes: Classes, label_of: Callable[[str], str]) -> dict[str, dict[str, int]]:
    """Files set aside by reason, for each class that has some."""
    name_of = {caseless(name): name for name in classes.names}
    found = {name: Rejects() for name in classes.names}
    for row in rejects.rows:
        if name := name_of.get(caseless(label_of(row[0]))):
            found[name].rows.append(row)
    return {name: own.counts() for name, own in found.items() if own.rows}


def describe(summary: dict) -> str:
    """A summary for people: a table of the pictures, one row a class if there are few, and what was set aside."""
    reasons = [f"{reason} {count:,}" for reason, count in summary["rejects"].items() if count and reason != "all"]
    aside = f"{summary['rejects']['all']:,} ({', '.join(reasons)}); rejects.csv names each" if reasons else "none"
    lines = [_table(("pictures", *SPLITS), _rows(summary["counts"])), f"files set aside: {aside}"]
    if by_class := summary.get("rejects_by_class"):
        lines.append(f"of them, of a class: {_most(by_class)}")
    if missing := summary.get("missing_in_test"):
        lines.append(f"no pictures to test on: {list_names(missing)}")
    if corrections := summary.get("corrections"):
        lines.append(f"corrected by hand: {_corrected(corrections)}")
    hint = [suggestion(pattern)] if (pattern := summary.get("suggested_group")) else []
    return "\n".join([*lines, *describe_shares(summary), *summary.get("notes", ()), *hint])


def _corrected(corrections: dict) -> str:
    """`2 in train (relabel 1, keep 1), 1 in test (drop 1)`."""
    said = []
    for split in (name for name in SPLITS if name in corrections):
        actions = {action: count for action, count in corrections[split].items() if count}
        listed = ", ".join(f"{action} {count:,}" for action, count in actions.items())
        said.append(f"{sum(actions.values()):,} in {split} ({listed})")
    return ", ".join(said)


def _rows(counts: dict) -> list[tuple]:
    """Pictures in each split: of each class, or of many classes the least, the median and the most; of all."""
    numbers = [list(counts[split].values()) for split in SPLITS]
    names, total = list(counts["train"]), list(map(sum, numbers))
    if len(names) <= MOST_ROWS:
        return [*zip(names, *numbers, strict=True), ("all", *total)]
    return [
        ("least of a class", *map(min, numbers)),
        ("median of a class", *(int(np.median(each)) for each in numbers)),
        ("most of a class", *map(max, numbers)),
        (f"all {len(names)} classes", *total),
    ]


def _most(by_class: dict[str, dict[str, int]]) -> str:
    """Classes with the number of files that were set aside, the largest number first."""
    numbers = {name: sum(reasons.values()) for name, reasons in by_class.items()}
    return list_names([f"{name} {numbers[name]:,}" for name in sorted(numbers, key=numbers.get, reverse=True)])


def _table(header: tuple, rows: list[tuple]) -> str:
    """Text in columns: the first to the left, numbers to the right."""
    text = [[f"{cell:,}" if isinstance(cell, int) else cell for cell in row] for row in (header, *rows)]
    widths = [max(map(len, column)) for column in zip(*text, strict=True)]
    align = [str.ljust, *[str.rjust] * (len(widths) - 1)]
    return "\n".join("  ".join(each(*cell) for each, *cell in zip(align, row, widths, strict=True)) for row in text)
