"""Two people, one project: `again`, a clone that has run, and what the other one sees of it."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Project
from tests.wiring import ROOT


@pytest.fixture
def other(again: Project, tmp_path: Path) -> Callable[[], Project]:
    """`other()` is a fresh clone of what `again` has committed, through a bare repository that both call origin."""

    def fresh() -> Project:
        origin, folder = tmp_path / "origin.git", tmp_path / "other"
        again.run("git", "clone", "-q", "--bare", ".", str(origin))
        again.run("git", "remote", "add", "origin", str(origin))
        again.run("git", "clone", "-q", str(origin), str(folder))
        return Project(folder)

    return fresh


@pytest.fixture(scope="session")
def pushed(finished: Project, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of the tiny project that has run and of the remote beside it, a folder too, that has all of it."""
    folder = tmp_path_factory.mktemp("pushed")
    shutil.copytree(finished.folder, folder / "project", symlinks=True)
    project = Project(folder / "project")
    project.run("dvc", "remote", "add", "-d", "team", "../remote")  # so that both can be copied
    project.commit("share")
    project.run("dvc", "push", "--run-cache")
    return folder


@pytest.fixture
def shared(pushed: Path, tmp_path: Path) -> Project:
    """A copy of `pushed`, its remote at `tmp_path / "remote"`."""
    for name in ("project", "remote"):
        shutil.copytree(pushed / name, tmp_path / name, symlinks=True)
    return Project(tmp_path / "project")


class Advice:
    """The table of docs/sharing.md of what to do when something goes wrong."""

    def __init__(self):
        section = (ROOT / "docs/sharing.md").read_text().split("## When something goes wrong")[1].split("\n## ")[0]
        self.rows = re.findall(r"^\| (.*`.*) \| (.*) \| (.*) \|$", section, re.MULTILINE)

    def on(self, seen: str, row: str, **names: str) -> list[str]:
        """The commands that the row with these words gives, if what was seen holds the message that it quotes."""
        (quoted, _, advice) = next(cells for cells in self.rows if row in cells[0])
        message = re.findall(r"`([^`]+)`", quoted)[-1]
        pattern = ".*".join(map(re.escape, message.split("…")))
        assert re.search(pattern, seen), f"{message!r} is not in {seen!r}"
        commands = re.findall(r"`([^`]+)`", advice)
        for name, value in names.items():
            commands = [command.replace(name, value) for command in commands]
        return commands


@pytest.fixture(scope="session")
def readme() -> Advice:
    return Advice()
