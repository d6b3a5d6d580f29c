"""How what is here differs from what is committed: params, and the figures of the same params."""

import json
from pathlib import Path
from typing import Any

import yaml

from transfer.errors import InputError
from transfer.project.params import read_yaml
from transfer.project.shell import run_command

MAKES_FIGURES = ("params.yaml", "dvc.yaml", "data/corrections.csv", "data/local.json", "stages", "transfer")


def changed_params() -> list[str]:
    """`finetune.epochs 5 -> 6` for each param that differs from the commit; none where there is no commit."""
    try:
        committed = flatten(read_yaml(run_command("git", "show", "HEAD:params.yaml")))
        here = flatten(read_yaml(Path("params.yaml").read_text(encoding="utf-8")))
    except (InputError, OSError, yaml.YAMLError):
        return []
    return [
        f"{key} {_shown(committed, key)} -> {_shown(here, key)}"
        for key in {**committed, **here}
        if committed.get(key) != here.get(key)
    ]


def largest_difference() -> tuple[float, str] | None:
    """By how much a figure differs from the one that is committed, at most, and which one that is.

    None where all are the same, or where something else than the machine makes them differ.
    """
    try:
        if run_command("git", "status", "--porcelain", "--", *MAKES_FIGURES):
            return None
        names = [name for name in run_command("git", "ls-files", "metrics").split() if name.endswith(".json")]
        committed = {name: flatten(json.loads(run_command("git", "show", f"HEAD:{name}"))) for name in names}
        here = {name: flatten(json.loads(Path(name).read_text(encoding="utf-8"))) for name in names}
    except (InputError, OSError, ValueError):
        return None
    apart = [
        (abs(value - here[name][key]), f"{key} in {name}")
        for name in names
        for key, value in committed[name].items()
        if _is_fraction(value) and _is_fraction(here[name].get(key))
    ]
    most = max(apart, default=(0, ""))
    return most if most[0] else None


def flatten(values: Any, prefix: str = "") -> dict[str, Any]:
    """The leaves of nested mappings, by dotted name."""
    if not isinstance(values, dict):
        return {prefix.removesuffix("."): values}
    return {name: leaf for key, value in values.items() for name, leaf in flatten(value, f"{prefix}{key}.").items()}


def _shown(values: dict[str, Any], key: str) -> str:
    return json.dumps(values[key], ensure_ascii=False) if key in values else "not there"


def _is_fraction(value: Any) -> bool:
    return isinstance(value, float)
