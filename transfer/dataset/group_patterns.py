"""Patterns by which file names say that pictures belong together."""

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import PurePosixPath

from transfer.dataset.pattern_match import compiled, group_of

# A word and a number before other things, such as person12 in person12_virus_3.jpg, or a number alone at the start.
NUMBERED = re.compile(r"(?:^|[-_ ])([A-Za-z]+[-_ ]?)(\d+)(?=[-_ ])|^()(\d+)(?=[-_ ])")
FOLDER = r"([^/]+)/[^/]+$"  # the folder that holds a picture
MIN_SHARE = 0.2  # of the pictures share a group with another, where a pattern is suggested
MIN_GROUPS = 5  # that are shared, at least: one or two prefixes are classes, years or cameras


def suggestion(pattern: str) -> str:
    """A sentence on a pattern from `suggest_pattern`."""
    return (
        f"pictures may belong together, by their names; if they do, stop and run with -S \"split.group='{pattern}'\", "
        "which keeps each group in one split"
    )


def suggest_pattern(places: Sequence[str], labels: Sequence[str]) -> str:
    """The first of `name_patterns`; "" if there is none."""
    return next(iter(name_patterns(places, labels)), "")


def name_patterns(places: Sequence[str], labels: Sequence[str]) -> list[str]:
    """The patterns by which names alone say that pictures belong together.

    places: of pictures that are not tested on, the path in their source
    labels: of each, its class as it came
    """
    numbers: dict[str, set[str]] = {}
    for place in places:
        for match in NUMBERED.finditer(PurePosixPath(place).name):
            word, number = match.group(1, 2) if match[2] else match.group(3, 4)
            numbers.setdefault(word, set()).add(number)
    words = sorted(word for word, found in numbers.items() if len(found) >= MIN_GROUPS and word)
    patterns = ["(" + "|".join(rf"{word}\d+" for word in words) + ")"] if words else []
    patterns += [r"^(\d+)[-_ ]"] if "" in numbers else []
    folders = (PurePosixPath(place).parent.name for place in places)
    patterns += [FOLDER] if any(folder not in ("", own) for folder, own in zip(folders, labels, strict=True)) else []
    return [pattern for pattern in patterns if joins(pattern, places)]


def joins(pattern: str, places: Sequence[str]) -> bool:
    """Whether MIN_SHARE of the pictures share a group with another, in MIN_GROUPS or more, none a quarter of all."""
    expression = compiled(pattern)
    sizes = Counter(filter(None, (group_of(expression, place) for place in places)))
    shared = [size for size in sizes.values() if size > 1]
    return len(shared) >= MIN_GROUPS and sum(shared) >= MIN_SHARE * len(places) and max(shared) < len(places) / 4
