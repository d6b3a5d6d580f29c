"""What several commands are tried on."""

import zipfile
from pathlib import Path

import pytest

from tests.conftest import Project


@pytest.fixture(scope="session")
def originals(finished: Project, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the test split's pictures as they came, unpacked."""
    folder = tmp_path_factory.mktemp("originals")
    for archive in (finished.folder / "data/raw/test").iterdir():
        zipfile.ZipFile(archive).extractall(folder / "test")
    return folder
