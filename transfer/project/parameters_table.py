"""The tables of docs/parameters.md, from the sources of what they say.

What a parameter is and its default stand in params.yaml, the values that it may take in the schema, and the stages that
read it in dvc.yaml. `make docs` puts the tables between the marks in docs/parameters.md; what stands around them stays.
"""

import json
import re
import sys
from functools import reduce
from operator import getitem
from pathlib import Path
from typing import Any

import yaml

from transfer.project.params import read_yaml
from transfer.project.schema import Params

PAGE = Path("docs/parameters.md")
START, END = "<!-- tables: written by make docs -->\n", "<!-- end of tables -->\n"
SCHEMA = Params.model_json_schema()
BOUNDS = {"minimum": "≥", "exclusiveMinimum": ">", "maximum": "≤", "exclusiveMaximum": "<"}
LINE = re.compile(r"^( *)(\w+):(?:.*?)(?: # (.*))?$")


def main() -> None:
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(START)
    _, _, after = rest.partition(END)
    written = tables(Path("params.yaml").read_text(encoding="utf-8"), Path("dvc.yaml").read_text(encoding="utf-8"))
    PAGE.write_text(before + START + written + END + after, encoding="utf-8")


def tables(params: str, pipeline: str) -> str:
    """One table for each section of params.yaml, and one for the keys outside of sections.

    params, pipeline: the texts of params.yaml and dvc.yaml
    """
    stages = yaml.safe_load(pipeline)["stages"]
    sections: dict[str, list[str]] = {"": []}
    about = {}
    for key, value, comment in commented_keys(params):
        if isinstance(value, dict):  # a section
            about[key] = comment
            continue
        section = key.rpartition(".")[0]
        cells = [
            f"`{key}`",
            comment,
            allowed_values(key_schema(key)),
            f"`{as_written(value)}`",
            describe_reruns(key, stages),
        ]
        sections.setdefault(section, []).append(f"| {' | '.join(cells)} |")
    header = "| key | what it is | allowed | default | runs again |\n|---|---|---|---|---|"
    parts = []
    for section, rows in sections.items():
        title = f"### `{section}`" if section else "### Keys outside of sections"
        sentence = about.get(section, "")
        lead = f"{sentence[0].upper()}{sentence[1:]}.\n\n" if sentence else ""
        parts.append("\n".join([title, "", f"{lead}{header}", *rows]) + "\n")
    return "\n".join(parts)


def commented_keys(text: str) -> list[tuple[str, Any, str]]:
    """Each key of params.yaml in order: dotted name, value (a dictionary: of a section), comment ("": none)."""
    found, path, values = [], [], read_yaml(text)
    for line in text.splitlines():
        if match := LINE.match(line):
            indent, key, comment = match.groups()
            path = [*path[: len(indent) // 2], key]
            found.append((".".join(path), reduce(getitem, path, values), comment or ""))
    return found


def as_written(value: Any) -> str:
    """A value as `-S` takes it."""
    if isinstance(value, list):
        return f"[{', '.join(map(as_written, value))}]"
    return value if isinstance(value, str) else json.dumps(value)


def key_schema(key: str) -> dict[str, Any]:
    """The JSON schema of one parameter, by its dotted name."""
    found = SCHEMA
    for part in key.split("."):
        found = found["properties"][part] if "properties" in found else found["additionalProperties"]
        if "$ref" in found:
            found = SCHEMA["$defs"][found["$ref"].rpartition("/")[2]]
    return found


def allowed_values(schema: dict[str, Any]) -> str:
    """The values that a JSON schema allows, in words."""
    if "$ref" in schema:
        keys = SCHEMA["$defs"][schema["$ref"].rpartition("/")[2]]["properties"]
        return f"a mapping with some of {', '.join(f'`{key}`' for key in keys)}"
    if "anyOf" in schema:
        choices = schema["anyOf"]
        if {"type": "number"} in choices:  # which holds the whole numbers
            choices = [choice for choice in choices if choice.get("type") != "integer"]
        return " or ".join(allowed_values(choice) for choice in choices)
    if "enum" in schema or "const" in schema:
        return ", ".join(f"`{choice}`" for choice in schema.get("enum", [schema.get("const")]))
    kind = schema["type"]
    if kind == "array":
        at_least = {0: "", 1: " (at least one)", 2: " (at least two)"}[schema.get("minItems", 0)]
        return f"list of {allowed_values(schema['items']).replace('number', 'numbers')}{at_least}"
    if kind in ("integer", "number"):
        name = "whole number" if kind == "integer" else "number"
        bounds = [f"{sign} {schema[bound]:,}" for bound, sign in BOUNDS.items() if bound in schema]
        return " ".join([name, " and ".join(bounds)]).strip()
    if schema.get("pattern") == "^[0-9a-fA-F]{64}$":
        return "64 hexadecimal digits"
    return {"boolean": "`true`, `false`", "string": "text", "null": "`null`"}[kind]


def rerun_stages(key: str, stages: dict[str, Any]) -> set[str]:
    """The stages that run again when a parameter changes: those that read it, and those after them.

    key: dotted name; stages: of dvc.yaml. The section of a source that is not chosen counts as read.
    """
    readers = {name for name, stage in stages.items() if _reads(stage, key)}
    return _with_followers(readers, stages)


def _reads(stage: dict[str, Any], key: str) -> bool:
    chosen = re.sub(r"^data\.\w+\.", "data.${data.source}.", key)
    listed = any(f"{name}.".startswith(f"{param}.") for param in stage["params"] for name in (key, chosen))
    return listed or f"${{{key}}}" in [*stage.get("matrix", {}).values(), *stage["deps"]]


def _with_followers(names: set[str], stages: dict[str, Any]) -> set[str]:
    written = [out if isinstance(out, str) else next(iter(out)) for name in names for out in _outs(stages[name])]
    after = {
        name
        for name, stage in stages.items()
        if any(_overlap(dependency, out) for dependency in stage["deps"] for out in written)
    }
    return names if after <= names else _with_followers(names | after, stages)


def _outs(stage: dict[str, Any]) -> list:
    return [*stage.get("outs", ()), *stage.get("plots", ())]


def _overlap(path: str, other: str) -> bool:
    """Whether one of two paths holds the other."""
    return f"{path}/".startswith(f"{other}/") or f"{other}/".startswith(f"{path}/")


def describe_reruns(key: str, stages: dict[str, Any]) -> str:
    """`rerun_stages` in a few words; stages that run only if asked for stand last."""
    names = rerun_stages(key, stages)
    if names == set(stages):
        return "all"
    for first in stages:
        if len(names) > 2 and names == _with_followers({first}, stages):
            return f"`{first}` and all after it"
    optional = [name for name in stages if "matrix" in stages[name]]
    order = [*(name for name in stages if name not in optional), *optional]
    return ", ".join(f"`{name}`" for name in order if name in names)


if __name__ == "__main__":
    sys.exit(main())
