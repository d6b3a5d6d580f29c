"""Real HTTP servers on the loopback interface, some of which stand in for hosts beyond it."""

import base64
import datetime
import hashlib
import ipaddress
import re
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit


class Files(BaseHTTPRequestHandler):
    """Serves files with ranges, and misbehaves as its server's attributes say.

    files: path to bytes
    script: for the next requests, one each: an HTTP status to answer with, "drop" to close the connection after
        `drop_after` bytes of the body, or None to serve the file
    pace: bytes a second; None: as fast as can be
    ranges, tags: whether it answers requests for ranges, and sends ETags
    requests: (path, range) of each request so far
    """

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        server = self.server
        path = urlsplit(self.path).path
        server.requests.append((path, self.headers.get("Range")))
        self.act = server.script.pop(0) if server.script else None
        if isinstance(self.act, int):
            return self.answer(self.act, b"busy")
        if path not in server.files:
            return self.answer(404, b"nothing")
        content = server.files[path]
        tag = '"' + hashlib.md5(content).hexdigest() + '"'
        wanted = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        headers = {"ETag": tag} if server.tags else {}
        if wanted and server.ranges and self.headers.get("If-Range", tag) == tag:
            start = int(wanted[1])
            headers["Content-Range"] = f"bytes {start}-{len(content) - 1}/{len(content)}"
            return self.answer(206, content[start:], headers)
        self.answer(200, content, headers)

    def answer(self, status: int, body: bytes, headers: dict | None = None) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.act == "drop":
            self.wfile.write(body[: self.server.drop_after])
            self.wfile.flush()
            self.connection.close()
            self.close_connection = True
        elif self.server.pace:
            for start in range(0, len(body), self.server.pace // 50):
                self.wfile.write(body[start : start + self.server.pace // 50])
                time.sleep(0.02)
        else:
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


class Asking(Files):
    """Serves files to those who say that they are `me`, with the key `secret`."""

    def do_GET(self) -> None:
        expected = base64.b64encode(b"me:secret").decode()
        if self.headers.get("Authorization") == f"Basic {expected}":
            return super().do_GET()
        self.act = None
        self.answer(403, b"who?")


class Drive(Files):
    """Serves what gdown asks Google Drive for: the embedded view of a folder, and the download of a file.

    folders: id to (title, [(id, name, "file" or "folder")])
    files: id to bytes, to an error page (str), or to "bare" for an answer that gdown does not expect
    partial: how many listings lack their last entry, before complete ones
    script, requests: as of Files; requests are (path, id)
    """

    def answer(self, status: int, body: bytes, headers: dict | None = None) -> None:
        super().answer(status, body, headers or {"Content-Type": "text/html"})

    def do_GET(self) -> None:
        server = self.server
        parts = urlsplit(self.path)
        id = parse_qs(parts.query).get("id", [""])[0]
        server.requests.append((parts.path, id))
        self.act = server.script.pop(0) if server.script else None
        if isinstance(self.act, int):
            return self.answer(self.act, b"busy")
        if parts.path == "/embeddedfolderview":
            if id not in server.folders:
                return self.answer(404, b"not found")
            title, entries = server.folders[id]
            if server.partial:
                server.partial -= 1
                entries = entries[:-1]
            address = {
                "file": "https://drive.google.com/file/d/{}/view",
                "folder": "https://drive.google.com/drive/folders/{}",
            }
            links = "".join(f'<a href="{address[kind].format(id)}"><div>{name}</div></a>' for id, name, kind in entries)
            page = f"<html><head><title>{title}</title></head><body>{links}</body></html>"
            return self.answer(200, page.encode(), {"Content-Type": "text/html; charset=utf-8"})
        content = server.files.get(id)
        if content is None:
            return self.answer(404, b"not found")
        if content == "bare":
            return self.answer(200, b"", {"X-Nothing": "of use"})
        if isinstance(content, str):
            return self.answer(200, content.encode(), {"Content-Type": "text/html"})
        headers = {"Content-Disposition": f'attachment; filename="{id}"', "Content-Type": "application/octet-stream"}
        wanted = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        if wanted:
            start = int(wanted[1])
            headers["Content-Range"] = f"bytes {start}-{len(content) - 1}/{len(content)}"
            return self.answer(206, content[start:], headers)
        self.answer(200, content, headers)


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, handler: type):
        super().__init__(("127.0.0.1", 0), handler)
        self.files, self.folders, self.requests = {}, {}, []
        self.script, self.drop_after, self.partial = [], 200_000, 0
        self.pace = None  # bytes a second
        self.ranges = self.tags = True
        self.url = f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, *_: object) -> None:  # a client that was killed is no fault
        pass


@contextmanager
def serving(handler: type = Files) -> Iterator[Server]:
    with Server(handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()  # seconds between looks
        yield server
        server.shutdown()


@contextmanager
def standing_in(handler: type, folder: Path, *hosts: str) -> Iterator[tuple[Server, dict[str, str]]]:
    """Yield a server that HTTPS clients take for `hosts`, and the environment variables that make them do so.

    handler: class of its requests
    folder: for the certificate
    hosts: names
    The variables name the server as proxy, and its certificate as trusted.
    """
    certificate = _certificate(folder, hosts)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)

    class Proxy(handler):
        def do_CONNECT(self) -> None:  # noqa: N802
            self.send_response(200)
            self.end_headers()
            self.connection = context.wrap_socket(self.connection, server_side=True)
            self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb", 0)
            self.close_connection = False

        def finish(self) -> None:
            super().finish()
            self.connection.close()

    with serving(Proxy) as server:
        proxies = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), server.url)
        trust = dict.fromkeys(("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"), str(certificate))
        yield server, proxies | trust | {"no_proxy": "", "NO_PROXY": ""}


def _certificate(folder: Path, hosts: tuple[str, ...]) -> Path:
    """A file with a self-signed certificate for `hosts` and its key."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "stand-in")])
    names = [x509.DNSName(host) for host in hosts] + [x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    now = datetime.datetime.now(datetime.timezone.utc)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    path = folder / "stand-in.pem"
    path.write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + certificate.public_bytes(pem)
    )
    return path
