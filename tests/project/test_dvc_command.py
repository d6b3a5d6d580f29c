"""`dvc` of the project's environment."""

import re
from importlib import import_module

import pytest

from tests.dataset.samples import fill
from tests.in_process import use_local
from tests.wiring import ROOT


@pytest.mark.parametrize("name", ["dvc", "transfer"])
def test_the_environment_gets_these_commands(name):
    """Over DVC's own: `make env` installs the project last, and again after every change of a lock."""
    (script,) = re.findall(rf'^{name} = "(.*)"', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)
    module, function = script.split(":")
    assert callable(getattr(import_module(module), function))
    makefile = (ROOT / "Makefile").read_text()
    assert makefile.index("$(LOCKS:%=-r %)") < makefile.index("--no-build-isolation -e .") < makefile.index("@touch $@")


def test_arguments_and_exit_codes_are_dvcs(project):
    assert project.run("dvc", "--version").stdout.startswith("3.")
    assert "usage: dvc repro" in project.run("dvc", "repro", "--help").stdout
    assert "nothing" in project.run("dvc", "repro", "nothing", code=255).stderr


def test_a_faulty_params_file_is_for_the_stages_to_tell(project):
    for text in (
        b"data: 3\n",
        b"data: {source: local}\n",
        b"a: [\n",
        b"",
        b"a: 2024-02-30\n",
        "a: ü\n".encode("latin-1"),
    ):
        (project.folder / "params.yaml").write_bytes(text)
        done = project.run("dvc", "status", code=None)
        assert "Traceback" not in done.stderr


def test_what_a_part_of_the_pipeline_leaves_gets_no_summary(project, tmp_path):
    use_local(project, fill(tmp_path / "train", 2), fill(tmp_path / "test", 1, first=90))
    project.run("dvc", "commit", "-f", "download", code=None)
    done = project.run("dvc", "repro", "download")
    assert "report  " not in done.stdout
    assert '"train"' in (project.folder / "data/local.json").read_text()
