"""What `python` and `dvc` are in the tests: ask the server for a process, pass signals on, end as it ended.

command.py SOCKET PROGRAM ARGUMENTS...: PROGRAM is the real one, which runs where the server is not to stand in for it.
No pathlib: this is to start in milliseconds.
"""

import array
import json
import os
import signal
import socket
import sys
import time


def main(address: str, program: str, *arguments: str) -> None:
    if program.endswith("/dvc") or (len(arguments) > 1 and arguments[0] in ("-m", "-c")):
        with socket.socket(socket.AF_UNIX) as server:
            if _connected(server, address):
                _through(server, [program, *arguments])
    os.execv(program, [program, *arguments])


def _connected(server: socket.socket, address: str) -> bool:
    """Wait for the server to have imported its libraries; False if it is gone."""
    until = time.monotonic() + 120
    while os.path.isdir(os.path.dirname(address)) and time.monotonic() < until:  # noqa: PTH112, PTH120
        try:
            server.connect(address)
            return True
        except ConnectionRefusedError:
            return False
        except FileNotFoundError:
            time.sleep(0.05)
    return False


def _through(server: socket.socket, command: list[str]) -> None:
    """Returns only if the server declines, because its libraries were imported under another environment."""
    request = {"command": command, "folder": os.getcwd(), "environment": dict(os.environ)}  # noqa: PTH109
    content = json.dumps(request).encode("utf-8", "surrogateescape")
    descriptors = array.array("i", [0, 1, 2])
    ancillary = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, descriptors)]
    server.sendmsg([len(content).to_bytes(4, "big")], ancillary)
    server.sendall(content)
    signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGINT, signal.SIGTERM))
    child = int.from_bytes(server.recv(4), "big")
    if not child:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, (signal.SIGINT, signal.SIGTERM))
        return
    for number in (signal.SIGINT, signal.SIGTERM):
        if signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, lambda given, _: os.kill(child, given))
    signal.pthread_sigmask(signal.SIG_UNBLOCK, (signal.SIGINT, signal.SIGTERM))
    answer = server.recv(4)
    status = int.from_bytes(answer, "big") if answer else 1 << 8
    if os.WIFSIGNALED(status):
        if os.WTERMSIG(status) != signal.SIGKILL:
            signal.signal(os.WTERMSIG(status), signal.SIG_DFL)
        os.kill(os.getpid(), os.WTERMSIG(status))
    os._exit(os.WEXITSTATUS(status))


if __name__ == "__main__":
    main(*sys.argv[1:])
