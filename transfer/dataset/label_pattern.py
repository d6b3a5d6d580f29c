"""The class of a picture by a pattern on its file's name, such as `^(cat|dog)\\.` for cat.0.jpg."""

import re
from pathlib import PurePosixPath

from transfer.dataset.labels import Labelling


def label_by_pattern(pattern: str) -> Labelling:
    """The label is what the pattern's first group matches, or all of the pattern if it has no group.

    pattern: a regular expression, sought anywhere in the name without its folders
    """
    expression = re.compile(pattern)

    def label_of(name: str) -> str:
        return first_group(expression.search(PurePosixPath(name).name))

    return Labelling(label_of, "no_label", f"the pattern {pattern} is not in the file's name")


def first_group(match: re.Match | None) -> str:
    """What the first group that took part matched, or the whole match if there are no groups; "" for no match."""
    if not match:
        return ""
    return next((group for group in match.groups() if group), "") if match.re.groups else match[0]
