"""Real servers for remotes, on loopback: S3 (moto), SSH (OpenSSH), and a gate that can be shut in mid-transfer."""

import os
import pwd
import shutil
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
import requests

from tests.conftest import Project

BUCKET = "team"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def process(command: list[str], port: int, log: Path, **options):
    """A server that is ready when its port answers, and ended with the block."""
    with log.open("wb") as out, subprocess.Popen(command, stdout=out, stderr=out, **options) as server:
        try:
            until = time.monotonic() + 60
            while True:
                with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                    break
                assert server.poll() is None and time.monotonic() < until, log.read_text()
                time.sleep(0.1)
            yield server
        finally:
            server.kill()


@contextmanager
def s3(folder: Path):
    """An S3 server with an empty bucket; yields (address, process)."""
    pytest.importorskip("dvc_s3", reason="dvc-s3 is not installed")
    pytest.importorskip("moto", reason="moto is not installed")
    port = free_port()
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    with process(command, port, folder / "s3.log") as server:
        address = f"http://127.0.0.1:{port}"
        requests.put(f"{address}/{BUCKET}", timeout=60).raise_for_status()
        yield address, server


def s3_remote(project: Project, address: str) -> None:
    """What everybody shares is committed; the key is each one's own, in config.local."""
    if "team" not in project.run("dvc", "remote", "list").stdout:
        project.run("dvc", "remote", "add", "-d", "team", f"s3://{BUCKET}/path")
        project.run("dvc", "remote", "modify", "team", "endpointurl", address)
        project.run("dvc", "remote", "modify", "team", "verify", "true")
    s3_key(project)


def s3_key(project: Project) -> None:
    for name, value in {"access_key_id": "tester", "secret_access_key": "not-a-secret"}.items():
        project.run("dvc", "remote", "modify", "--local", "team", name, value)


@contextmanager
def ssh(folder: Path):
    """An SSH server for the present user and one key made for the test; yields (port, key)."""
    pytest.importorskip("dvc_ssh", reason="dvc-ssh is not installed")
    server = shutil.which("sshd", path=os.pathsep.join(["/usr/sbin", os.environ["PATH"]]))
    if not server or not shutil.which("ssh-keygen"):
        pytest.skip("OpenSSH's server is not installed (Debian: openssh-server)")
    for name in ("host", "user"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)], check=True)
    port = free_port()
    (folder / "sshd_config").write_text(
        f"Port {port}\nListenAddress 127.0.0.1\nHostKey {folder}/host\nPidFile none\n"
        f"AuthorizedKeysFile {folder}/user.pub\nPasswordAuthentication no\nStrictModes no\nUsePAM no\n"
        "PermitRootLogin prohibit-password\nSubsystem sftp internal-sftp\n"
    )
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(exist_ok=True)  # where it locks itself in, and Debian makes it at boot only
    with process([server, "-D", "-e", "-f", str(folder / "sshd_config")], port, folder / "sshd.log"):
        yield port, folder / "user"


def ssh_remote(project: Project, port: int, folder: Path) -> None:
    user = pwd.getpwuid(os.geteuid()).pw_name
    project.run("dvc", "remote", "add", "-d", "team", f"ssh://{user}@127.0.0.1:{port}{folder}")


class Gate:
    """A port that passes bytes on to a server, until a number of them went one way: then the server is gone.

    The wires are cut and the port is closed, until `open`.
    """

    def __init__(self, target: int):
        self.target, self.port, self.wires = target, free_port(), []
        self.open()

    def open(self) -> None:
        self.left = {"up": None, "down": None}
        self.listener = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self._accept, args=(self.listener,), daemon=True).start()

    def shut_after(self, **bytes_left: int) -> None:
        """up=: bytes towards the server, down=: from it."""
        self.left.update(bytes_left)

    def shut(self) -> None:
        # shutdown wakes whoever waits on a socket; close refuses what still comes, so that no sender waits for ever.
        for end in (self.listener, *self.wires):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def _accept(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                client, _ = listener.accept()
                server = socket.create_connection(("127.0.0.1", self.target))
                self.wires += [client, server]
                for way, source, sink in (("up", client, server), ("down", server, client)):
                    threading.Thread(target=self._pass, args=(way, source, sink), daemon=True).start()

    def _pass(self, way: str, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                if self.left[way] is not None:
                    self.left[way] -= len(data)
                    if self.left[way] <= 0:
                        self.shut()
                        return
                sink.sendall(data)
        for end in (source, sink):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
