"""The class of a picture by a pattern on its file's name, such as `^(cat|dog)\\.` for cat.0.jpg."""

from transfer.dataset.labels import Labelling
from transfer.dataset.pattern_match import compiled, found_in_name


def label_by_pattern(pattern: str) -> Labelling:
    """The label is what the pattern's first group matches, or all of the pattern if it has no group.

    pattern: a regular expression, sought anywhere in the name without its folders
    """
    expression = compiled(pattern)

    def label_of(name: str) -> str:
        return found_in_name(expression, name)

    return Labelling(label_of, "no_label", f"the pattern {pattern} is not in the file's name")
