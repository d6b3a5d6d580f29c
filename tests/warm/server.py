"""A process with the libraries imported and none of the project's code, which forks itself for each command."""

import array
import atexit
import gc
import json
import os
import runpy
import select
import shutil
import signal
import socket
import sys
import threading
import types
from contextlib import suppress
from importlib import import_module
from pathlib import Path

LIBRARIES = [
    "PIL.BmpImagePlugin",
    "PIL.GifImagePlugin",
    "PIL.ImageOps",
    "PIL.JpegImagePlugin",
    "PIL.PngImagePlugin",
    "PIL.PpmImagePlugin",
    "dvc.api",
    "dvc.cli",
    "dvc.commands.repro",
    "dvc.dependency",
    "dvc.repo.experiments",
    "dvc.repo.reproduce",
    "dvc.stage.run",
    "jinja2",
    "keras",
    "matplotlib.pyplot",
    "numpy",
    "pandas",
    "pydantic.main",
    "pydantic.plugin._loader",
    "requests",
    "scipy.special",
    "scipy.stats",
    "sklearn.metrics",
    "tensorflow",
    "tqdm",
    "yaml",
]


def main(address: str) -> None:
    here = _heeded(os.environ)
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"  # as transfer.network.runtime sets it
    sys.path.pop(0)  # this folder
    errors = os.dup(2)
    with Path(os.devnull).open("w") as nowhere:  # TensorFlow logs as it is imported
        os.dup2(nowhere.fileno(), 2)
    for library in LIBRARIES:
        import_module(library)
    os.dup2(errors, 2)
    os.close(errors)
    gc.collect()
    gc.freeze()
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(f"{address}.new")
        listener.listen(64)
        Path(f"{address}.new").rename(address)  # seen once it answers
        while listener in select.select([listener, sys.stdin], [], [])[0]:  # stdin ends with the tests
            connection, _ = listener.accept()
            with suppress(ChildProcessError):
                while os.waitpid(-1, os.WNOHANG)[0]:  # guardians that are done; their time counts as the tests'
                    pass
            with connection:
                if os.fork():
                    continue
                listener.close()
                return _guard(connection, here)
    shutil.rmtree(Path(address).parent, ignore_errors=True)


def _heeded(environment: dict) -> dict:
    """What libraries heed when they are imported. TF_CONFIG is none of it: it is read when a cluster is made."""
    names = ("PYTHON", "TF_", "KERAS_", "CUDA_")
    return {key: value for key, value in environment.items() if key.startswith(names) and key != "TF_CONFIG"}


def _guard(connection: socket.socket, here: dict) -> None:
    """Fork once more, and say how that ended; end it when whoever asked for it is gone."""
    descriptors = array.array("i")
    head, ancillary, *_ = connection.recvmsg(4, socket.CMSG_SPACE(3 * descriptors.itemsize))
    if not head:
        os._exit(0)  # only looked whether the server is there
    descriptors.frombytes(ancillary[0][2])
    size, content = int.from_bytes(head, "big"), b""
    while len(content) < size:
        content += connection.recv(size - len(content))
    request = json.loads(content.decode("utf-8", "surrogateescape"))
    if _heeded(request["environment"]) != here:
        connection.sendall((0).to_bytes(4, "big"))
        os._exit(0)
    child = os.fork()
    if not child:
        connection.close()
        return _run(descriptors, **request)
    for descriptor in descriptors:
        os.close(descriptor)
    connection.sendall(child.to_bytes(4, "big"))
    ended = os.pidfd_open(child)
    ready, *_ = select.select([ended, connection], [], [])
    if ended not in ready:
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    if ended in ready:
        connection.sendall(status.to_bytes(4, "big"))
    os._exit(0)


def _run(descriptors: array.array, command: list[str], folder: str, environment: dict) -> None:
    """Become the command, which ends by SystemExit, an error, or the end of its code."""
    for number, descriptor in enumerate(descriptors):
        os.dup2(descriptor, number)
        os.close(descriptor)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.modules["numpy"].random.seed()  # not the same in each
    program, *arguments = command
    if Path(program).name == "dvc":
        sys.argv = command
        sys.path.insert(0, folder)  # `make env` puts the project's own `dvc` in the place of DVC's
        sys.exit(import_module("transfer.project.dvc_command").main())
    option, code, *arguments = arguments
    sys.argv = [option, *arguments]
    if option == "-m":
        sys.path.insert(0, folder)
        runpy.run_module(code, run_name="__main__", alter_sys=True)
    else:
        sys.path.insert(0, "")
        module = sys.modules["__main__"] = types.ModuleType("__main__")
        exec(compile(code, "<string>", "exec"), vars(module))


def _end(code: int | str | None) -> None:
    """End as SystemExit does, but for taking down what was imported: that takes a third of a second."""
    if not isinstance(code, int | None):
        print(code, file=sys.stderr)
        code = 1
    threading._shutdown()
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code or 0)


if __name__ == "__main__":
    try:
        main(sys.argv[1])
    except SystemExit as end:
        _end(end.code)
    else:
        _end(0)
