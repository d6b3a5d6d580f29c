"""The class of a picture by a pattern on its file's name, such as `^(cat|dog)\\.` for cat.0.jpg."""

import re
from pathlib import PurePosixPath

from transfer.dataset.labels import Labelling
from transfer.dataset.pattern_match import first_group


def label_by_pattern(pattern: str) -> Labelling:
    """The label is what the pattern's first group matches, or all of the pattern if it has no group.

    pattern: a regular expression, sought anywhere in the name without its folders
    """
    expression = re.compile(pattern)

    def label_of(name: str) -> str:
        return first_group(expression.search(PurePosixPath(name).name))

    return Labelling(label_of, "no_label", f"the pattern {pattern} is not in the file's name")
