"""`python -m`, `python -c` and `dvc` from a server that has the libraries imported.

TensorFlow takes four seconds to import, and the tests start a hundred processes that want it. Each is a process of its
own here too: forked from the server (server.py), with the caller's folder, environment, input and output, and with the
project's code imported anew from that folder. `command.py` is what stands first on PATH, and asks the server for one.

What is about signals, process groups or the start of a process itself starts the real programs: `Project.cold()`.
tests/pipeline/test_end_to_end.py holds that both ways give the same bytes.
"""

import atexit
import functools
import os
import shlex
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

HERE = Path(__file__).parent


@functools.cache
def programs() -> Path | None:
    """The folder to put first on PATH, once the server is started; None on systems that cannot wait for two things."""
    if not hasattr(os, "pidfd_open"):
        return None
    # Not pytest's folder: the path of a socket has to be short.
    temporary = tempfile.TemporaryDirectory(prefix="warm-")
    folder = Path(temporary.name)
    address = folder / "socket"
    server = subprocess.Popen(
        [sys.executable, str(HERE / "server.py"), str(address)],
        env=os.environ | {"HOME": str(folder)},  # no settings of whoever runs the tests
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )

    def stop() -> None:
        server.kill()
        server.wait()
        temporary.cleanup()

    atexit.register(stop)
    until = time.monotonic() + 120
    while True:
        with suppress(OSError), socket.socket(socket.AF_UNIX) as probe:
            probe.connect(str(address))
            break
        assert server.poll() is None and time.monotonic() < until, "the server of warm processes did not start"
        time.sleep(0.05)
    (folder / "bin").mkdir()
    for name in ("python", "dvc"):
        # -I -S: nothing but what command.py imports itself, in 15 ms
        words = (sys.executable, "-I", "-S", HERE / "command.py", address, Path(sys.executable).with_name(name))
        path = folder / "bin" / name
        path.write_text(f'#!/bin/sh\nexec {shlex.join(map(str, words))} "$@"\n')
        path.chmod(0o755)
    return folder / "bin"
