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


def explain_invalid_params(details: list[dict[str, Any]]) -> list[str]:
    """A sentence for each key that is at fault.

    details: as from pydantic's `ValidationError.errors`; of a key that may be of several kinds there is one for each
    """
    by_key: dict[tuple, list[dict]] = {}
    for detail in details:
        loc = _path(detail["loc"])
        by_key.setdefault(loc, []).append(detail | {"loc": loc})
    return [_explain(*of_key) for of_key in by_key.values()]


def _path(loc: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """Where a fault is, without pydantic's name for the kind of value that it tried."""
    section: Any = Params
    for place, part in enumerate(loc):
        if isinstance(part, str) and section is None:
            return loc[:place]
        if isinstance(part, str):
            field = section.model_fields.get(part)
            section = field and _model(field.annotation)
    return loc


def _explain(detail: dict[str, Any], *others: dict[str, Any]) -> str:
    """The sentence of one key; others: the same of the other kinds of value that it may have."""
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
    messages = [
        _message(each).removeprefix("should be " if place else "") for place, each in enumerate([detail, *others])
    ]
    return f"{key} {', or '.join(messages)}; found {detail['input']!r}."


def _message(detail: dict[str, Any]) -> str:
    message = re.sub(r"^(Value error, |Input |List |String )", "", detail["msg"]).rstrip(".")
    return re.sub(r" after validation, not \d+$", "", message)


def _section(path: tuple[str | int, ...]) -> type[BaseModel]:
    """The part of the schema at a path."""
    section = Params
    for part in path:
        section = _model(section.model_fields[part].annotation)
    return section


def _model(annotation: Any) -> type[BaseModel] | None:
    """The section that a key holds, which may also be null; None: it holds something else."""
    return next((each for each in (annotation, *get_args(annotation)) if hasattr(each, "model_fields")), None)
