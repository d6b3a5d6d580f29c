"""Show a model in a browser: drop a picture on a page, and see its class, how sure the model is, and where it looks.

The page has an address that only this machine reaches, 127.0.0.1. Pictures are called as by `predict`; none leaves the
machine, and none is kept. Ctrl-C ends it.
"""

import argparse
import json
import signal
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock

from transfer.commands.predict import Caller, call_class, open_caller
from transfer.dataset.archive_members import MAX_BYTES
from transfer.dataset.pictures import Prepared, try_prepare
from transfer.errors import InputError
from transfer.project.models import add_model_argument
from transfer.project.params import load_params
from transfer.project.schema import Params
from transfer.report.demo_page import render_answer, render_demo

HOST, PORT = "127.0.0.1", 8642
STALLED = 60  # seconds, after which a browser that sends nothing is let go


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=int, default=PORT, help=f"of the page's address; 0: any; default: {PORT}")
    add_model_argument(parser)


def main(given: argparse.Namespace) -> None:
    params = load_params()
    caller = open_caller(given.model, params)
    page = render_demo(caller.classes, params.report.language).encode()
    try:
        server = ThreadingHTTPServer((HOST, given.port), partial(Handler, page, answering(caller, params)))
    except (OSError, OverflowError) as error:
        raise InputError(f"--port {given.port} cannot be had ({error}); name another, or 0 for any.") from None
    with server:
        print(f"demo: http://{HOST}:{server.server_port}/ (Ctrl-C ends it)", flush=True)
        if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
            signal.signal(signal.SIGINT, signal.default_int_handler)  # it is how the demo ends, and no error
        with suppress(KeyboardInterrupt):
            server.serve_forever()


def answering(caller: Caller, params: Params) -> Callable[[bytes], dict]:
    """A function that calls the picture in the content of a file: see `render_answer`, or why there is none."""
    from transfer.network.inference.saliency import class_evidence  # here and not above: it takes seconds

    limits = {"min_size": params.image.min_size, "max_pixels": params.image.max_pixels}
    turn = Lock()

    def answer(content: bytes) -> dict:
        outcome = try_prepare(("", content), size=caller.size, **limits)[1]
        if not isinstance(outcome, Prepared):
            return {"problem": ": ".join(outcome)}
        pixels, classes = outcome.pixels(), caller.classes
        with turn:
            ((probabilities, unsure),) = caller.judge(pixels[None])
            predicted = call_class(probabilities, classes, caller.threshold)[0]
            (heat,) = class_evidence(caller.classifier, [pixels], [classes.names.index(predicted)])
        return render_answer(classes, predicted, probabilities, unsure, outcome.jpeg, heat, params.report.language)

    return answer


class Handler(BaseHTTPRequestHandler):
    """Gives the page, and answers the pictures that it sends.

    A page of another site may know the address, and a name that leads to it; it is told nothing.
    """

    timeout = STALLED

    def __init__(self, page: bytes, answer: Callable[[bytes], dict], *connection: object):
        self.page, self.answer = page, answer
        super().__init__(*connection)

    def do_GET(self) -> None:
        if self.path != "/":
            return self.send_error(HTTPStatus.NOT_FOUND)
        return self._send("text/html; charset=utf-8", self.page)

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal():
            return self.send_error(HTTPStatus.LENGTH_REQUIRED)
        if int(length) > MAX_BYTES:
            return self.send_error(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        said = json.dumps(self.answer(self.rfile.read(int(length))))
        return self._send("application/json", said.encode())

    def parse_request(self) -> bool:
        if not super().parse_request():
            return False
        own = {f"{host}:{self.server.server_port}" for host in (HOST, "localhost")}
        origin = self.headers.get("Origin", "").removeprefix("http://")
        if self.headers.get("Host") in own and origin in {"", *own}:
            return True
        self.send_error(HTTPStatus.FORBIDDEN)
        return False

    def log_message(self, *words: object) -> None:
        """Say nothing of each request."""

    def _send(self, kind: str, content: bytes) -> None:
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(content)
