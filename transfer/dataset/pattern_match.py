"""What a pattern of the user's finds in the name of a file."""

import re
from pathlib import PurePosixPath


def first_group(match: re.Match | None) -> str:
    """What the first group that took part matched, or the whole match if there are no groups; "" for no match."""
    if not match:
        return ""
    return next((group for group in match.groups() if group), "") if match.re.groups else match[0]


def group_of(expression: re.Pattern, place: str) -> str:
    """What an expression finds in the name of a picture, and if it is not there, in its path; "" for nothing."""
    return first_group(expression.search(PurePosixPath(place).name) or expression.search(place))
