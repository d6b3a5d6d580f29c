"""A folder for a process's temporary files that goes with it, even if the process is killed.

TensorFlow writes the code that it generates (`__autograph_generated_file*.py`) where temporary files are, and removes
it only when the process ends by itself.
"""

import atexit
import fcntl
import os
import shutil
import tempfile
from pathlib import Path

_own: Path | None = None  # this process's
_held: list[int] = []  # descriptors of its lock, open as long as the process lives


def use_own_temporary_folder() -> Path:
    """Have this process's temporary files in a folder of its own, and remove those of processes that are gone.

    The folder is on this machine, not in the project's, which the machines of a cluster may share. A process that is at
    work holds its folder's lock, so that others leave it alone; the lock is released however the process ends. Calling
    this again changes nothing.
    """
    global _own
    if _own is None:
        folders = Path(tempfile.gettempdir(), f"transfer-{os.getuid()}")
        folders.mkdir(mode=0o700, exist_ok=True)
        if folders.stat().st_uid != os.getuid():  # somebody else made it, and could change what we put there
            return Path(tempfile.gettempdir())
        with (folders / "lock").open("w") as lock:  # nobody sweeps between making a folder and locking it
            fcntl.flock(lock, fcntl.LOCK_EX)
            for folder in folders.iterdir():
                if folder.is_dir() and _is_abandoned(folder):
                    shutil.rmtree(folder, ignore_errors=True)
            _own = Path(tempfile.mkdtemp(prefix="", dir=folders))
            _held.append(os.open(_own / "lock", os.O_CREAT | os.O_RDWR))
            fcntl.flock(_held[0], fcntl.LOCK_EX)
        tempfile.tempdir = str(_own)
        atexit.register(_remove, _own, os.getpid())
    return _own


def _is_abandoned(folder: Path) -> bool:
    """Whether no process holds the folder's lock."""
    try:
        with (folder / "lock").open("r+") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return True


def _remove(folder: Path, owner: int) -> None:
    if os.getpid() == owner:  # not a child that was forked
        shutil.rmtree(folder, ignore_errors=True)
