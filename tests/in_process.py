"""A project whose stages run in the process of the tests, on one core: a tenth of a second instead of several."""

import csv
import importlib
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from tests.conftest import TINY, Project
from tests.wiring import ROOT
from transfer.project.runner import run_stage


class InProcess(Project):
    """A project's folder, which `stage` makes this process's current directory. `setenv` changes os.environ."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture):
        super().__init__(folder)
        self._monkeypatch, self._capsys = monkeypatch, capsys
        self.setenv(HOME=str(folder.parent), GIT_CONFIG_NOSYSTEM="1")
        for module in ("transfer.dataset.raw", "transfer.dataset.sources.sample"):
            monkeypatch.setattr(f"{module}.map_in_order", map)

    def setenv(self, **variables: str) -> None:
        for name, value in variables.items():
            self._monkeypatch.setenv(name, value)

    def stage(self, name: str, code: int = 0) -> subprocess.CompletedProcess:
        self._monkeypatch.chdir(self.folder)
        self._capsys.readouterr()
        returned = run_stage(importlib.import_module(f"stages.{name}").main, argv=[])
        output, errors = self._capsys.readouterr()
        assert returned == code, f"{name} gave {returned}:\n{output}\n{errors}"
        return subprocess.CompletedProcess(name, returned, output, errors)


@pytest.fixture
def in_process(tmp_path, monkeypatch, capsys) -> InProcess:
    """One in a folder with a params.yaml, and with nothing else of a clone."""
    folder = tmp_path / "in process"
    (folder / ".dvc").mkdir(parents=True)
    shutil.copyfile(ROOT / "params.yaml", folder / "params.yaml")
    project = InProcess(folder, monkeypatch, capsys)
    project.set(**TINY)
    return project


def use_local(project: Project, train: Path | str, test: Path | str) -> None:
    """Let the source be local."""
    project.set(**{"data.source": "local", "data.local.train": str(train), "data.local.test": str(test)})


def packed(project: Project, split: str) -> dict[str, bytes]:
    """What the archive that `download` packed for a split holds, by name."""
    with zipfile.ZipFile(project.folder / f"data/raw/{split}/pictures.zip") as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def rows(project: Project, table: str) -> list[dict]:
    """The rows of a CSV file."""
    with (project.folder / table).open() as file:
        return list(csv.DictReader(file))


def assert_sentence(done: subprocess.CompletedProcess, text: str) -> None:
    """That a stage printed one error, in one line, with `text` in it."""
    assert done.stderr.startswith("error: ") and len(done.stderr.splitlines()) == 1, done.stderr
    assert text in done.stderr, done.stderr


def assert_no_output(project: Project) -> None:
    assert not (project.folder / "data/raw").exists()
