"""Real projects in temporary folders: a clone of the working tree, small enough to run in seconds."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import hypothesis
import pytest
import yaml

from tests import warm
from tests.wiring import ROOT

# The same examples in every run, and no failure because a machine was busy.
hypothesis.settings.register_profile("project", deadline=None, derandomize=True)
hypothesis.settings.load_profile("project")

# A shell that starts `make test` in the background has it ignore Ctrl-C, and what the tests start and interrupt too.
signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Count tests that need a whole run among the slow ones: the run alone takes half a minute."""
    for item in items:
        if "finished" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.slow)


# Files that share a fixture of minutes: one process has them all.
TOGETHER = {"tests/commands/test_compare.py": "tests/commands/test_experiments.py"}


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> object:
    """Deal out files, as `--dist loadfile` does, but for those of TOGETHER."""
    from xdist.scheduler import LoadFileScheduling  # where it is in use at all

    class Scheduling(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = super()._split_scope(nodeid)
            return TOGETHER.get(file, file)

    return Scheduling(config, log)


COLD = str(Path(sys.executable).parent)  # the folder of the real `python` and `dvc`
SHARED = ROOT.parent / "shared" / "data"
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
BROWSER_OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",  # which is small in containers: screenshots of long pages fail there
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


# The smallest run that still goes through every stage: 24 drawn pictures at 64 pixels, random weights, one epoch.
TINY = {
    "data.sample.train": 24,
    "data.sample.test": 8,
    "image.size": 64,
    "split.validation": 0.3,
    "backbone.weights": "random",
    "head.epochs": 3,
    "finetune.epochs": 1,
    "finetune.batch_size": 8,
    "finetune.unfreeze": "top",
    "scratch.epochs": 1,
    "scratch.batch_size": 8,
    "sample_efficiency.sizes": [4],
    "sample_efficiency.draws": 1,
}


class Project:
    """A clone of the project with a params.yaml of its own, in which `dvc`, `git` and stages run.

    They start with their libraries imported (see tests/warm), unless `cold` was called.
    """

    def __init__(self, folder: Path):
        self.folder = folder
        self.environment = {
            **os.environ,
            "PATH": os.pathsep.join([*warm.programs().values(), COLD, os.environ["PATH"]]),
            "HOME": str(folder.parent),  # no settings of whoever runs the tests
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_AUTHOR_NAME": "test",
            "GIT_AUTHOR_EMAIL": "test@example.org",
            "GIT_COMMITTER_NAME": "test",
            "GIT_COMMITTER_EMAIL": "test@example.org",
        }

    def cold(self, *programs: str) -> "Project":
        """From here on start the real `python` and `dvc`, or those named: for what is about processes and signals."""
        warmed = [folder for name, folder in warm.programs().items() if programs and name not in programs]
        self.environment = self.environment | {"PATH": os.pathsep.join([*warmed, COLD, os.environ["PATH"]])}
        return self

    def run(self, *command: str, code: int | None = 0) -> subprocess.CompletedProcess:
        """Run a command in the project; `code` is the exit code that it has to end with, None for any."""
        done = subprocess.run(command, cwd=self.folder, env=self.environment, capture_output=True, text=True)
        assert code is None or done.returncode == code, (
            f"{command} gave {done.returncode}:\n{done.stdout}\n{done.stderr}"
        )
        return done

    def stage(self, name: str, *arguments: str, code: int = 0) -> subprocess.CompletedProcess:
        return self.run("python", "-m", f"stages.{name}", *arguments, code=code)

    def transfer(self, *command: str, code: int = 0) -> subprocess.CompletedProcess:
        return self.run("python", "-m", "transfer", *command, code=code)

    def set(self, **values) -> None:
        """Set params by dotted name."""
        path = self.folder / "params.yaml"
        params = yaml.safe_load(path.read_text())
        for name, value in values.items():
            *sections, key = name.split(".")
            section = params
            for part in sections:
                section = section[part]
            section[key] = value
        path.write_text(yaml.safe_dump(params, sort_keys=False))

    def commit(self, message: str = "work") -> None:
        self.run("git", "add", "-A")
        self.run("git", "commit", "-q", "--allow-empty", "-m", message)

    def files(self, *folders: str) -> dict[str, bytes]:
        """Every file below some folders, and its content."""
        found = (path for folder in folders for path in sorted((self.folder / folder).rglob("*")) if path.is_file())
        return {str(path.relative_to(self.folder)): path.read_bytes() for path in found}


def clone(folder: Path) -> Project:
    """The working tree's files, committed or not but not those that Git ignores, as a repository of its own."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    for name in filter(None, listed.stdout.decode().split("\0")):
        source, target = ROOT / name, folder / name
        if source.is_file() and name != "dvc.lock" and not name.startswith(("metrics/", "plots/")):
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
    project = Project(folder)
    project.run("git", "init", "-q", "-b", "main")
    project.set(**TINY)
    project.commit("tiny")
    return project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A tiny project in which nothing has run yet."""
    return clone(tmp_path / "project")


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A tiny project that has run, and is committed; for tests that only look, or that copy it."""
    project = clone(tmp_path_factory.mktemp("finished") / "project")
    project.run("dvc", "repro")
    project.commit("ran")
    return project


@pytest.fixture
def again(finished: Project, tmp_path: Path) -> Project:
    """A copy, its cache included, of the tiny project that has run."""
    shutil.copytree(finished.folder, tmp_path / "project", symlinks=True)
    return Project(tmp_path / "project")


@pytest.fixture(scope="session")
def photographs() -> Path:
    """The folder of the real photographs' archives; tests that need them are skipped where it is missing."""
    if not (SHARED / "cats-dogs-train.zip").is_file():
        pytest.skip("the real photographs (cats-dogs-train.zip, cats-dogs-test.zip) are not on this machine")
    return SHARED


@pytest.fixture(scope="session")
def browser():
    """A real browser, one for all pages of a session: Playwright starts no second one beside it."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if CHROMIUM is None:
        pytest.skip("there is no Chromium on this machine (Debian: apt-get install chromium)")
    with playwright.sync_playwright() as session:
        yield session.chromium.launch(executable_path=CHROMIUM, args=BROWSER_OPTIONS)
