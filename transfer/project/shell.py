"""Other programs, `git` and `dvc` above all, run to their end."""

import os
import subprocess
import sys
from pathlib import Path

from transfer.errors import InputError


def run_command(*words: str, folder: Path | None = None) -> str:
    """Run a command and return what it prints; the environment's own programs come first on its PATH.

    folder: where it runs; None: here
    Raises InputError, with the end of what it says, if it fails.
    """
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    done = subprocess.run(words, cwd=folder, env=os.environ | {"PATH": path}, capture_output=True, text=True)
    if done.returncode:
        raise InputError(f"`{' '.join(words)}` failed: {' '.join(done.stderr.split())[-500:]}")
    return done.stdout
