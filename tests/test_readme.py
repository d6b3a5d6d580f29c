"""What README.md says of files, targets and reruns is so, and its commands run; README.es.md says the same."""

import re
import shutil
import sys
import time
import zipfile

import pytest
import yaml

from tests.wiring import ROOT
from transfer.project import params

README, SPANISH = ((ROOT / name).read_text() for name in ("README.md", "README.es.md"))
STAGES = yaml.safe_load((ROOT / "dvc.yaml").read_text())["stages"]
PARAMS = yaml.safe_load((ROOT / "params.yaml").read_text())


OPTIONAL = {"baseline", "sample-efficiency"}  # there only where asked for


def outs(stage: str) -> list[str]:
    listed = [*STAGES[stage].get("outs", ()), *STAGES[stage].get("plots", ())]
    return [out if isinstance(out, str) else next(iter(out)) for out in listed]


def with_followers(stages: set[str]) -> set[str]:
    """These stages and all that depend on what they write, directly or not."""
    written = [out for stage in stages for out in outs(stage)]
    after = {
        name
        for name, stage in STAGES.items()
        if any(
            f"{dep}/".startswith(f"{out}/") or f"{out}/".startswith(f"{dep}/")
            for dep in stage["deps"]
            for out in written
        )
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
        or f"${{{param}}}" in stage.get("matrix", {}).values()
    }
    optional = set() if param.split(".")[0] in ("baselines", "scratch", "sample_efficiency") else OPTIONAL
    assert promised(param) - optional == with_followers(readers) - optional


@pytest.mark.parametrize("text", [README, SPANISH], ids=["en", "es"])
def test_files_and_targets_that_it_names_exist(text):
    links = [link for link in re.findall(r"\]\(([^)]+)\)", text) if "://" not in link and not link.startswith("#")]
    assert links and [link for link in links if not (ROOT / link).exists()] == []
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    named = re.findall(r"`?make ([a-z-]+)", text)
    assert named and set(named) <= set(targets)


def blocks(text: str) -> list[list[str]]:
    """The commands in each console block, without prompts, comments and what they print."""
    found = re.findall(r"^```console\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    joined = [block.replace("\\\n", " ").splitlines() for block in found]
    return [[re.sub(r"\s{2,}#.*", "", line[2:]) for line in lines if line.startswith("$ ")] for lines in joined]


@pytest.mark.parametrize("text", [README, SPANISH], ids=["en", "es"])
def test_every_param_that_a_command_sets_can_be_set_so(text, tmp_path):
    """In tables and sentences too; what stands for something else (`seed=...`, `ID`) is taken as text or left out."""
    commands = [line for line in text.replace("\\\n", " ").splitlines() if "dvc exp run" in line]
    settings = [setting for line in commands for setting in re.findall(r"-S ['\"]?([\w.]+=[^\s`'\"|]+)", line)]
    assert settings
    for setting in settings:
        name, value = setting.split("=", 1)
        values, (*sections, key) = yaml.safe_load((ROOT / "params.yaml").read_text()), name.split(".")
        section = values
        for part in sections:
            section = section[part]
        assert key in section, setting
        if "..." not in value and "," not in value:
            section[key] = yaml.safe_load(value)
        (tmp_path / "params.yaml").write_text(yaml.safe_dump(values))
        params.load_params(tmp_path / "params.yaml")


def test_spanish_and_english_give_the_same_commands():
    english = {command for block in blocks(README) for command in block}
    spanish = {command for block in blocks(SPANISH) for command in block}
    assert {"make repro", "make test"} < spanish
    assert spanish - english == {"dvc exp run -S report.language=es"}
    shown = [re.findall(r"`(dvc exp run [^`]+)`", text) for text in (README, SPANISH)]
    assert shown[1] and set(shown[1]) <= set(shown[0])


# Commands of console blocks that are not run here, as patterns of whole commands, and why.
NOT_RUN = {
    r"make (repro|test|env EXTRAS=ray)": "install packages; see .ci/run and tests/test_makefile.py",
    r"(BENCH_TRAIN=.* )?make bench(-smoke)?": "take minutes; .ci/run calls the second",
    r"dvc exp run -S data\.source=local .*": "wants thousands of photographs; its params are checked above",
    r"python -m stages\.sweep seed-1 .*": "wants the runs of a sweep; tests/test_comparing.py sweeps",
    r"python -m stages\.predict --export onnx": "wants the extra `export`; tests/test_predict.py runs it",
}
# What stands in the README for something of one's own.
STANDS_FOR = {
    r"s3://bucket/path": "{folder}/remote",
    r"photo\.jpg": "{folder}/pictures/photo.jpg",
    r"/path/to/folder": "{folder}/pictures",
}


def test_nothing_is_excused_that_is_not_there():
    commands = [command for text in (README, SPANISH) for block in blocks(text) for command in block]
    for pattern in NOT_RUN:
        assert any(re.fullmatch(pattern, command) for command in commands), pattern
    for pattern in STANDS_FOR:
        assert any(re.search(pattern, command) for command in commands), pattern


@pytest.mark.slow
def test_its_commands_run(again, tmp_path):
    """Block by block, in one tiny project that has run and has an origin; a command that fails ends its block."""
    archive = next((again.folder / "data/raw/test").iterdir())
    with zipfile.ZipFile(archive) as source:
        (tmp_path / "pictures").mkdir()
        (tmp_path / "pictures/photo.jpg").write_bytes(source.read(source.namelist()[0]))
    again.run("git", "init", "-q", "--bare", str(tmp_path / "origin.git"))
    again.run("git", "remote", "add", "origin", str(tmp_path / "origin.git"))
    again.run("git", "push", "-q", "-u", "origin", "main")
    with (again.folder / ".git/info/exclude").open("a") as file:
        file.write(".venv\ncalls.csv\n")
    (again.folder / ".venv").symlink_to(sys.prefix)

    count = 0
    for text in (README, SPANISH):
        for block in blocks(text):
            run = [command for command in block if not any(re.fullmatch(pattern, command) for pattern in NOT_RUN)]
            for pattern, stands_for in STANDS_FOR.items():
                run = [re.sub(pattern, stands_for.format(folder=tmp_path), command) for command in run]
            again.run(shutil.which("bash"), "-e", "-x", "-c", "\n".join(run))
            count += len(run)
            if "dvc queue start" in run:
                wait_for_queue(again)
    assert count >= 10


def wait_for_queue(project, most: float = 300) -> None:
    until = time.monotonic() + most
    while re.search(r"Queued|Running", project.run("dvc", "queue", "status").stdout):
        assert time.monotonic() < until, "the queue does not end"
        time.sleep(1)
