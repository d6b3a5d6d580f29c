"""`python -m`, `python -c` and `dvc` from a server that has the libraries imported.

TensorFlow takes four seconds to import, and the tests start a hundred processes that want it. Each is a process of its
own here too: forked from the server (server.py), with the caller's folder, environment, input and output, and with the
project's code imported anew from that folder. `command.py` is what stands first on PATH, and asks the server for one.

What is about signals, process groups or the start of a process itself starts the real programs: `Project.cold()`.
tests/pipeline/sharing/test_verify.py holds that both ways give the same bytes.
"""

import atexit
import functools
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent


@functools.cache
def programs() -> dict[str, str]:
    """Start the server; returns for `python` and `dvc` the folders to put first on PATH, where the system can do it."""
    if not hasattr(os, "pidfd_open"):
        return {}
    folder = Path(tempfile.mkdtemp(prefix="warm-"))  # not pytest's: the path of a socket has to be short
    address = folder / "socket"
    server = subprocess.Popen(
        [sys.executable, str(HERE / "server.py"), str(address)],
        env=os.environ | {"HOME": str(folder)},  # no settings of whoever runs the tests
        stdin=subprocess.PIPE,  # which ends with this process, however it ends, and so does the server
        stdout=subprocess.DEVNULL,
    )

    def stop() -> None:
        server.kill()
        server.wait()
        shutil.rmtree(folder, ignore_errors=True)

    atexit.register(stop)
    for name in ("python", "dvc"):
        # -I -S: nothing but what command.py imports itself, in 15 ms
        words = (sys.executable, "-I", "-S", HERE / "command.py", address, Path(sys.executable).with_name(name))
        path = folder / f"{name}.path" / name
        path.parent.mkdir()
        path.write_text(f'#!/bin/sh\nexec {shlex.join(map(str, words))} "$@"\n')
        path.chmod(0o755)
    return {name: str(folder / f"{name}.path") for name in ("python", "dvc")}
