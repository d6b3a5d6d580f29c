"""What holds the stages, dvc.yaml and params.yaml together."""

import re
import subprocess
import sys

import pytest
import yaml

from tests.wiring import ROOT, imported_modules, params_read

PIPELINE = yaml.safe_load((ROOT / "dvc.yaml").read_text())
STAGES = PIPELINE["stages"]
TRACKED = subprocess.run(
    ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
    cwd=ROOT,
    capture_output=True,
    text=True,
    check=True,
).stdout.splitlines()


def module(stage: str):
    return ROOT / "stages" / f"{stage.replace('-', '_')}.py"


def test_stages_are_the_designs():
    always = ["download", "preprocess", "feature-extract", "train-head", "finetune", "evaluate"]
    assert [name for name, stage in STAGES.items() if "matrix" not in stage] == always
    # The others are there when they are asked for.
    params = yaml.safe_load((ROOT / "params.yaml").read_text())
    assert [name for name, stage in STAGES.items() if "matrix" in stage] == [
        *("baseline", "sample-efficiency", "candidate-features", "select")
    ]
    assert params["baselines"] == params["sample_efficiency"]["models"] == params["candidates"] == []


@pytest.mark.parametrize("stage", STAGES)
def test_module_deps_equal_imports(stage):
    listed = {dep for dep in STAGES[stage]["deps"] if dep.startswith(("stages/", "transfer/"))}
    imported = imported_modules(module(stage))
    if "transfer/report/page.py" in imported:
        imported |= {"transfer/report/templates", "transfer/report/texts"}
    assert listed == imported


@pytest.mark.parametrize("stage", STAGES)
def test_params_listed_equal_params_read(stage):
    read = params_read(module(stage))
    # `params.data.chosen.train` is read of whichever section is chosen, and DVC is told of the whole section.
    read = {"data.${data.source}" if name.startswith("data.${data.source}") else name for name in read}
    assert set(STAGES[stage]["params"]) == read


@pytest.mark.parametrize("stage", STAGES)
def test_stage_is_described_and_called_alike(stage):
    assert STAGES[stage]["desc"]
    assert re.sub(r" \$\{item\.\w+\}$", "", STAGES[stage]["cmd"]) == f"python -m stages.{stage.replace('-', '_')}"


@pytest.mark.parametrize("stage", STAGES)
def test_stage_file_tells_a_story_of_readable_length(stage):
    assert 25 <= len(module(stage).read_text().splitlines()) <= 130


# What checking params needs: data about networks, without any.
NAMES_ALONE = {f"transfer/network/{name}.py" for name in ("catalogue", "block_names", "candidates")}


@pytest.mark.parametrize("stage", STAGES)
def test_tensorflow_is_first_imported_by_the_runtime_which_does_it_quietly(stage):
    lines = module(stage).read_text().splitlines()
    names = [
        name
        for line in lines
        if (found := re.match(r"from transfer\.network import ([\w, ]+)", line))
        for name in found[1].split("#")[0].strip().split(", ")
    ]
    network = {name for name in imported_modules(module(stage)) if name.startswith("transfer/network/")}
    assert bool(names) == bool(network - NAMES_ALONE)
    for name in names[: names.index("runtime")] if names else ():
        assert not re.search(r"^import (keras|tensorflow)", (ROOT / f"transfer/network/{name}.py").read_text(), re.M), (
            name
        )


def test_stages_holds_what_dvc_runs_and_nothing_else():
    scripts = {path.stem for path in (ROOT / "stages").iterdir() if path.suffix == ".py"} - {"__init__"}
    assert scripts == {stage["cmd"].split()[2].removeprefix("stages.") for stage in STAGES.values()}


MAY_IMPORT = {  # room of the library: the other rooms whose modules it may import, directly
    "dataset": set(),
    "network": {"dataset"},
    "analysis": set(),
    "report": {"analysis", "dataset"},
    "project": {"network"},
    "commands": {"dataset", "network", "analysis", "report", "project", "stages"},
}


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_imports_point_one_way(room):
    for path in (ROOT / "transfer" / room).rglob("*.py"):
        text = path.read_text()
        rooms = set(re.findall(r"^\s*from transfer\.(\w+)[. ]", text, re.MULTILINE)) - {"errors", "classes"}
        rooms |= set(re.findall(r"^\s*(?:from|import) (stages)\b", text, re.MULTILINE))
        assert rooms <= MAY_IMPORT[room] | {room}, path
        if room in ("dataset", "analysis", "report"):
            assert not re.search(r"^\s*(import|from) (tensorflow|keras)\b", text, re.MULTILINE), path
        if room not in ("project", "commands"):
            assert "params.yaml" not in text, path
            assert room == "dataset" or not re.search(r"^\s*(import|from) dvc\b", text, re.MULTILINE), path


def test_no_two_modules_import_each_other():
    modules = [path for path in (ROOT / "transfer").rglob("*.py") if path.read_text().strip()]
    imports = {str(path.relative_to(ROOT)): imported_modules(path) for path in modules}
    for name, imported in imports.items():
        assert [other for other in imported if other != name and name in imports.get(other, ())] == [], name


@pytest.mark.parametrize("name", ["stages.download", "stages.preprocess", "transfer.commands.check"])
def test_light_stages_do_not_import_tensorflow(name):
    code = f"import sys, {name}; sys.exit('tensorflow' in sys.modules or 'keras' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)


def outputs() -> list[str]:
    kinds = ("outs", "metrics", "plots")
    listed = [out for stage in STAGES.values() for kind in kinds for out in stage.get(kind, [])]
    return [next(iter(out)) if isinstance(out, dict) else out for out in listed]


def test_no_output_lies_in_another():
    for out in outputs():
        assert [other for other in outputs() if f"{other}/".startswith(f"{out}/")] == [out]


def test_plots_and_artifacts_are_outputs():
    outs = outputs()
    named = [
        path for plot in PIPELINE["plots"] for axis in ("x", "y") for path in _paths(next(iter(plot.values()))[axis])
    ]
    named += [artifact["path"] for artifact in PIPELINE["artifacts"].values()]
    assert named and all(any(path.startswith(f"{out}/") for out in outs) for path in named)


def _paths(axis) -> list[str]:
    return list(axis) if isinstance(axis, dict) else []


def test_no_file_names_an_index_or_a_machine():
    hosts = ["python" + "hosted.org", "py" + "pi.org", "registry." + "npmjs", "/" + "work/", "/tmp/" + "w/"]
    for name in TRACKED:
        path = ROOT / name
        if path.is_file() and path.suffix not in (".png",):
            text = path.read_text(errors="replace")
            assert not [host for host in hosts if host in text], name


def test_locks_are_hashed_and_agree():
    pins = {}
    for path in sorted((ROOT / "requirements").glob("*.lock")):
        text = path.read_text()
        assert "--index-url" not in text and "--hash=sha256:" in text, path
        for line in re.findall(r"^[a-z0-9].*==.*$", text, re.MULTILINE):
            requirement = line.rstrip(" \\")
            name = requirement.split("==")[0].split("[")[0] + requirement.partition(";")[2]
            version = requirement.split(";")[0].strip().split("==")[1]
            if not name.startswith("tensorflow"):
                assert pins.setdefault(name, version) == version, (path, line)
