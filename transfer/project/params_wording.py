"""What is wrong with a param, in a sentence."""

import difflib
import re
from typing import Any, get_args

from pydantic import BaseModel

from transfer.project.schema import Params

# Keys that the shipped file once had, and what to write instead.
_SOLVED = "the head is solved now, so remove it."
FORMER = {
    "head.learning_rate": _SOLVED,
    "head.patience": _SOLVED,
    "preprocess.near_duplicate_distance": "write preprocess.near_duplicates: true, or false for exact copies only.",
}


def explain_invalid_param(detail: dict[str, Any]) -> str:
    key = ".".join(str(part) for part in detail["loc"])
    if detail["type"] == "missing":
        return f"{key} is missing; every key of the shipped file is needed."
    if detail["type"] == "extra_forbidden" and key in FORMER:
        return f"{key} is no longer a key; {FORMER[key]}"
    if detail["type"] == "extra_forbidden":
        allowed = list(_section(detail["loc"][:-1]).model_fields)
        close = difflib.get_close_matches(str(detail["loc"][-1]), allowed, n=1)
        meant = f"did you mean {close[0]}?" if close else f"the keys here are {', '.join(allowed)}."
        return f"{key} is not a known key; {meant}"
    if detail["type"] == "model_type":
        keys = " and ".join(f"{key}.{name}" for name in _section(detail["loc"]).model_fields)
        return f"{key} is a section; write {keys}; found {detail['input']!r}."
    message = re.sub(r"^(Value error, |Input |List |String )", "", detail["msg"]).rstrip(".")
    message = re.sub(r" after validation, not \d+$", "", message)
    return f"{key} {message}; found {detail['input']!r}."


def _section(path: tuple[str | int, ...]) -> type[BaseModel]:
    """The part of the schema at a path."""
    section = Params
    for part in path:
        section = section.model_fields[part].annotation
        section = next((each for each in get_args(section) if hasattr(each, "model_fields")), section)  # X | None
    return section
