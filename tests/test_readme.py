"""What README.md says of files, targets and reruns is so."""

import re

import pytest
import yaml

from tests.wiring import ROOT

README = (ROOT / "README.md").read_text()
# Those that are always there; what is asked for by a list in params reruns as its own section of the README says.
STAGES = {
    name: stage
    for name, stage in yaml.safe_load((ROOT / "dvc.yaml").read_text())["stages"].items()
    if "matrix" not in stage
}
PARAMS = yaml.safe_load((ROOT / "params.yaml").read_text())


def outs(stage: str) -> list[str]:
    return [out if isinstance(out, str) else next(iter(out)) for out in STAGES[stage]["outs"]]


def with_followers(stages: set[str]) -> set[str]:
    """These stages and all that depend on what they write, directly or not."""
    written = [out for stage in stages for out in outs(stage)]
    after = {
        name
        for name, stage in STAGES.items()
        if any(f"{dep}/".startswith(f"{out}/") or out.startswith(f"{dep}/") for dep in stage["deps"] for out in written)
    }
    return stages if after <= stages else with_followers(stages | after)


def promised(param: str) -> set[str]:
    """The stages that the README's table says rerun for a param; the row that names it most exactly counts."""
    rows = re.findall(r"^\| (.*) \| (.*) \|$", README.split("## Parameters")[1].split("\n## ")[0], re.MULTILINE)
    named = {
        name: stages
        for names, stages in rows
        for name in re.findall(r"`([\w.]+)`", names)
        if param == name or param.startswith(f"{name}.")
    }
    cell = named[max(named, key=len)]
    first = re.findall(r"`([\w-]+)`", cell)
    return set(STAGES) if cell == "all" else with_followers(set(first)) if "all after" in cell else set(first)


def leaves(values: dict, prefix: str = "") -> list[str]:
    return [
        leaf
        for key, value in values.items()
        for leaf in (leaves(value, f"{prefix}{key}.") if isinstance(value, dict) else [f"{prefix}{key}"])
    ]


@pytest.mark.parametrize("param", [name for name in leaves(PARAMS) if not re.match(r"data\.\w+\.", name)])
def test_table_of_reruns_is_what_dvc_does(param):
    readers = {
        name
        for name, stage in STAGES.items()
        if any(param == read or param.startswith(f"{read}.") for read in stage["params"])
    }
    assert promised(param) == with_followers(readers)


def test_files_and_targets_that_it_names_exist():
    links = [link for link in re.findall(r"\]\(([^)]+)\)", README) if "://" not in link and not link.startswith("#")]
    assert "params.yaml" in links
    assert [link for link in links if not (ROOT / link).exists()] == []
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    named = re.findall(r"`?make ([a-z-]+)", README)
    assert named and set(named) <= set(targets)
