import hashlib

import pytest

from tests.in_process import InProcess, in_process  # noqa: F401


@pytest.fixture
def project(in_process: InProcess) -> InProcess:  # noqa: F811
    """A project whose stages run in this process."""
    return in_process


class Hashed:
    """bytes: how many went through hashlib.new, which hashes files."""

    bytes = 0


@pytest.fixture
def hashed(monkeypatch) -> Hashed:
    real, hashed = hashlib.new, Hashed()

    class Counting:
        def __init__(self, algorithm: str):
            self._digest = real(algorithm)
            self.hexdigest = self._digest.hexdigest

        def update(self, piece: bytes) -> None:
            hashed.bytes += len(piece)
            self._digest.update(piece)

    monkeypatch.setattr(hashlib, "new", Counting)
    return hashed
