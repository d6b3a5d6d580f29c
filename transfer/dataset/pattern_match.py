"""What a pattern of the user's finds in the name of a file."""

import re
import unicodedata
from pathlib import PurePosixPath


def compiled(pattern: str) -> re.Pattern:
    """A pattern to give to `found_in_name` and `group_of`: an umlaut is one letter in it, as in the names."""
    return re.compile(unicodedata.normalize("NFC", pattern))


def found_in_name(expression: re.Pattern, place: str) -> str:
    """What an expression finds in the name of a file, without its folders; "" for nothing."""
    return first_group(_search(expression, PurePosixPath(place).name))


def first_group(match: re.Match | None) -> str:
    """What the first group that took part matched, or the whole match if there are no groups; "" for no match."""
    if not match:
        return ""
    return next((group for group in match.groups() if group), "") if match.re.groups else match[0]


def group_of(expression: re.Pattern, place: str) -> str:
    """What an expression finds in the name of a picture, and if it is not there, in its path; "" for nothing."""
    return first_group(_search(expression, PurePosixPath(place).name) or _search(expression, place))


def _search(expression: re.Pattern, text: str) -> re.Match | None:
    return expression.search(unicodedata.normalize("NFC", text))
