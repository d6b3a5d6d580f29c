"""Temporary files go with their process, even if it is killed, and those of a process at work stay."""

import os
import subprocess
import sys
from pathlib import Path

from tests.wiring import ROOT

# What TensorFlow does with the code that it generates, without TensorFlow.
HOLD = """
import sys, tempfile
from transfer.network.temporary_folder import use_own_temporary_folder
folder = use_own_temporary_folder()
assert use_own_temporary_folder() == folder
file = tempfile.NamedTemporaryFile(prefix="__autograph_generated_file", suffix=".py", delete=False)
print(file.name, flush=True)
sys.stdin.readline()
"""


def start(temporary: Path) -> tuple[subprocess.Popen, Path]:
    environment = os.environ | {"TMPDIR": str(temporary)}
    child = subprocess.Popen(
        [sys.executable, "-c", HOLD],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    return child, Path(child.stdout.readline().strip())


def end(child: subprocess.Popen) -> None:
    child.communicate("\n", timeout=60)
    assert child.returncode == 0


def test_the_next_run_removes_what_a_killed_one_left_and_nothing_else(tmp_path):
    killed, left = start(tmp_path)
    working, in_use = start(tmp_path)
    assert left.is_file() and in_use.is_file() and left.parent != in_use.parent
    killed.kill()
    killed.communicate()
    assert left.is_file()
    following, own = start(tmp_path)
    assert not left.parent.exists() and in_use.is_file() and own.is_file()
    for child, file in ((following, own), (working, in_use)):
        end(child)
        assert not file.parent.exists()
    (folders,) = tmp_path.iterdir()
    assert [path.name for path in folders.iterdir()] == ["lock"] and folders.stat().st_mode & 0o777 == 0o700
