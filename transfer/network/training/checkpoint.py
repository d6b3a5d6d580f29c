"""Checkpoints, from which a training goes on after its last finished epoch: one file, complete or not there."""

import hashlib
import os
import sys
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np


@dataclass(frozen=True)
class Checkpoint:
    """A file of named arrays that belongs to one training.

    path: of the file
    identity: a name for all that the training depends on (params, data, code); a file with another one is not used
    writes: False where another process of the same training writes the file
    """

    path: Path
    identity: str
    writes: bool = True

    def save(self, arrays: dict[str, np.ndarray]) -> None:
        """Replace the file in one step; raises OSError, and leaves the old file, where that fails."""
        if not self.writes:
            return
        partial = self.path.with_name(self.path.name + ".partial")
        try:
            with partial.open("wb") as file:
                np.savez(file, identity=np.array(self.identity), **arrays)
                file.flush()
                os.fsync(file.fileno())  # or a crash of the machine may leave an empty file under the new name
            partial.replace(self.path)
        finally:
            partial.unlink(missing_ok=True)

    def load(self) -> dict[str, np.ndarray] | None:
        """The arrays that were saved last; None if there are none, or they are another training's."""
        try:
            with np.load(self.path, allow_pickle=False) as file:
                if file["identity"] == self.identity:
                    return {name: file[name] for name in file.files if name != "identity"}
        except (OSError, ValueError, KeyError, EOFError, BadZipFile):
            pass
        return None

    def remove(self) -> None:
        if self.writes:
            self.path.unlink(missing_ok=True)


def training_identity(values: Any, files: list[Path]) -> str:
    """A name for a training: a sha256, hexadecimal, over all that it depends on.

    Besides the arguments that is the code: every module of this project that is loaded, and the versions of the
    packages that compute.

    values: params and the like, compared by their repr
    files: compared by their content
    """
    ours = [module for name, module in sorted(sys.modules.items()) if name.startswith(f"{__name__.split('.')[0]}.")]
    sources = [Path(module.__file__) for module in ours if module.__file__]
    sha256 = hashlib.sha256(repr((values, [version(name) for name in ("keras", "numpy")], _tensorflow())).encode())
    for path in [*sources, *files]:
        sha256.update(hashlib.sha256(path.read_bytes()).digest())
    return sha256.hexdigest()


def _tensorflow() -> str:
    return sys.modules["tensorflow"].__version__ if "tensorflow" in sys.modules else ""
