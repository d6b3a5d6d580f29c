"""What several commands are tried on."""

import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.commands.experiments import run_queue
from tests.conftest import Project
from transfer.classes import Classes


@pytest.fixture(scope="session")
def originals(finished: Project, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the test split's pictures as they came, unpacked."""
    folder = tmp_path_factory.mktemp("originals")
    for archive in (finished.folder / "data/raw/test").iterdir():
        zipfile.ZipFile(archive).extractall(folder / "test")
    return folder


@pytest.fixture(scope="session")
def three_classes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a small model of three classes."""
    from tests.network import small  # here and not above: most tests of commands do without TensorFlow
    from transfer.network.model_file import save_model

    path = tmp_path_factory.mktemp("three classes") / "flowers.keras"
    save_model(small.network(units=3), path, Classes(("roses", "tulips", "weeds")))
    return path


@pytest.fixture(scope="session")
def compared(finished: Project, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """The tiny project that has run, and four experiments on it that ran through DVC's queue."""
    folder = tmp_path_factory.mktemp("compared") / "project"
    shutil.copytree(finished.folder, folder, symlinks=True)
    project = Project(folder)
    run_queue(project)
    yield project
    project.run("dvc", "queue", "stop", "--kill")
