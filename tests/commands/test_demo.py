"""demo: the digits of evaluate in a real browser, for this machine alone, and no picture stops it."""

import csv
import json
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.client import HTTPConnection

import pytest

from transfer.dataset.archive_members import MAX_BYTES


@pytest.fixture(scope="module")
def demo(finished) -> Iterator[tuple[subprocess.Popen, int]]:
    """The demo of the tiny project's head, and the port of its address."""
    command = [sys.executable, "-m", "transfer", "demo", "--model", "head", "--port", "0"]
    running = subprocess.Popen(command, cwd=finished.folder, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    line = running.stdout.readline()
    found = re.fullmatch(r"demo: http://127\.0\.0\.1:(\d+)/ \(Ctrl-C ends it\)\n", line)
    assert found, line + running.communicate()[1]
    yield running, int(found[1])
    running.send_signal(signal.SIGINT)
    said = running.communicate(timeout=60)[1]
    assert running.returncode == 0 and "error" not in said and "Traceback" not in said, said


def called(port: int, content: bytes) -> dict:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/", content) as answer:
        assert answer.headers["Cache-Control"] == "no-store"
        return json.loads(answer.read())


def status(port: int, method: str, path: str, headers: dict[str, str]) -> int:
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    connection.putrequest(method, path, skip_host=True)
    for name, value in headers.items():
        connection.putheader(name, value)
    connection.endheaders()
    return connection.getresponse().status


def test_pictures_of_the_test_split_get_the_digits_of_predictions_csv(demo, finished, originals):
    with (finished.folder / "plots/head/predictions.csv").open(newline="") as file:
        expected = list(csv.DictReader(file))
    assert len(expected) == 8
    for row in expected:
        found = called(demo[1], (originals / row["file"]).read_bytes())
        assert found["predicted"] == row["predicted"]
        assert f"{dict(found['likeliest'])['dogs']:.6f}" == f"{float(row['probability']):.6f}"


@pytest.mark.parametrize("cut, said", [(0, "empty"), (200, "truncated")])
def test_what_is_no_picture_is_refused_as_predict_refuses_it(demo, originals, cut, said):
    content = next(path for path in sorted(originals.rglob("*")) if path.is_file()).read_bytes()
    assert called(demo[1], content[:-cut] if cut else b"")["problem"].startswith(said)


def test_pages_of_other_sites_are_told_nothing(demo):
    own = {"Host": f"127.0.0.1:{demo[1]}"}
    assert status(demo[1], "GET", "/", own) == 200
    assert status(demo[1], "GET", "/", {"Host": f"localhost:{demo[1]}"}) == 200
    for headers in ({}, {"Host": f"evil.example:{demo[1]}"}, own | {"Origin": "http://evil.example"}):
        assert status(demo[1], "GET", "/", headers) == 403, headers
        assert status(demo[1], "POST", "/", headers | {"Content-Length": "0"}) == 403, headers
    assert status(demo[1], "GET", "/etc/passwd", own) == 404
    assert status(demo[1], "POST", "/", own) == 411
    assert status(demo[1], "POST", "/", own | {"Content-Length": str(MAX_BYTES + 1)}) == 413


def test_in_a_browser_a_picture_gets_its_class_and_its_heat_map_and_a_broken_one_a_sentence(demo, browser, originals):
    picture, *_ = sorted(path for path in originals.rglob("*") if path.is_file())
    shown = browser.new_page()
    noise = []
    shown.on("console", lambda message: noise.append(message.text))
    shown.on("pageerror", lambda error: noise.append(str(error)))
    shown.goto(f"http://127.0.0.1:{demo[1]}/")
    files = [
        {"name": "<b>one</b>.jpg", "mimeType": "image/jpeg", "buffer": picture.read_bytes()},
        {"name": "two.jpg", "mimeType": "image/jpeg", "buffer": b"no picture"},
    ]
    shown.set_input_files("#files", files)
    refused, right = shown.locator("#calls > li.refused"), shown.locator("#calls img")
    refused.wait_for(timeout=60_000)
    assert refused.inner_text().startswith("two.jpg cannot be called: undecodable")
    expected = called(demo[1], picture.read_bytes())
    card = shown.locator("#calls > li").nth(1)
    assert "<b>one</b>.jpg" in card.inner_text() and f"Called: {expected['predicted']}" in card.inner_text()
    assert [right.nth(place).get_attribute("src") for place in (0, 1)] == [expected["picture"], expected["heat"]]
    assert shown.locator("meter").count() == 2 and noise == []


def test_a_port_that_is_taken_is_named(demo, finished):
    done = finished.transfer("demo", "--model", "head", "--port", str(demo[1]), code=2)
    assert done.stderr.splitlines()[-1].startswith(f"error: --port {demo[1]} cannot be had (")
