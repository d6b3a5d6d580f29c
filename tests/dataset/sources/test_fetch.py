"""One file over HTTP, from real servers that misbehave."""

import hashlib
import random
import socket

import pytest

from tests.servers import serving
from transfer.dataset.sources import fetch as module
from transfer.dataset.sources.fetch import fetch
from transfer.errors import InputError, NetworkError

CONTENT = random.Random(0).randbytes(700_000)
SUM = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    monkeypatch.setattr(module, "BACK_OFF", 0.01)


@pytest.fixture
def server():
    with serving() as server:
        server.files["/a.zip"] = CONTENT
        yield server


def ranges(server):
    return [start for _, start in server.requests]


def test_a_file_arrives_and_is_checked(server, tmp_path):
    assert fetch(f"{server.url}/a.zip", tmp_path / "a.zip", SUM.upper()) == SUM
    assert (tmp_path / "a.zip").read_bytes() == CONTENT
    assert fetch(f"{server.url}/a.zip", tmp_path / "a.zip") == SUM
    assert len(server.requests) == 1  # a complete file is not fetched again


def test_a_wrong_checksum_is_named_and_the_file_deleted(server, tmp_path):
    with pytest.raises(NetworkError) as caught:
        fetch(f"{server.url}/a.zip", tmp_path / "a.zip", "0" * 64)
    assert SUM in str(caught.value) and "0" * 64 in str(caught.value)
    assert not (tmp_path / "a.zip").exists()
    with pytest.raises(NetworkError):
        fetch(f"{server.url}/a.zip", tmp_path / "a.zip", "0" * 64)
    assert len(server.requests) == 2 and fetch(f"{server.url}/a.zip", tmp_path / "a.zip", SUM) == SUM


def test_a_broken_connection_is_taken_up_where_it_broke(server, tmp_path):
    server.script = ["drop"] * 3  # as many as there are tries, but each brings something new
    assert fetch(f"{server.url}/a.zip", tmp_path / "a.zip") == SUM
    assert ranges(server)[0] is None and len(server.requests) == 4
    starts = [int(start.removeprefix("bytes=").removesuffix("-")) for start in ranges(server)[1:]]
    assert starts == sorted(starts) and starts[0] > 0 and starts[-1] <= 600_000


def test_three_tries_that_bring_nothing_are_enough_and_the_next_run_goes_on(server, tmp_path):
    server.script = ["drop", 503, 503]
    with pytest.raises(NetworkError, match=r"answers 503 .*\(3 tries\).* what has arrived is kept"):
        fetch(f"{server.url}/a.zip", tmp_path / "a.zip")
    assert 0 < (tmp_path / "a.zip").stat().st_size < len(CONTENT)
    assert fetch(f"{server.url}/a.zip", tmp_path / "a.zip") == SUM
    assert len(server.requests) == 4 and ranges(server)[-1]


def test_another_version_begins_anew(server, tmp_path):
    fetch(f"{server.url}/a.zip", tmp_path / "a.zip")
    (tmp_path / "a.zip").write_bytes(CONTENT[:1000])
    server.files["/a.zip"] = bytes(700_000)
    assert fetch(f"{server.url}/a.zip", tmp_path / "a.zip") == hashlib.sha256(bytes(700_000)).hexdigest()
    assert ranges(server) == [None, "bytes=1000-"]


@pytest.mark.parametrize("lacks", ["ranges", "tags"])
def test_a_server_that_cannot_resume_is_asked_anew(server, tmp_path, lacks):
    setattr(server, lacks, False)
    server.script = ["drop"]
    assert fetch(f"{server.url}/a.zip", tmp_path / "a.zip") == SUM
    assert (tmp_path / "a.zip").read_bytes() == CONTENT


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_a_refusal_is_not_repeated(server, tmp_path, status):
    server.script = [status]
    with pytest.raises(NetworkError, match=f"answers {status} .*check the address"):
        fetch(f"{server.url}/a.zip", tmp_path / "a.zip")
    assert len(server.requests) == 1


def test_a_transient_error_is_waited_out(server, tmp_path):
    server.script = [503, 429]
    assert fetch(f"{server.url}/a.zip", tmp_path / "a.zip") == SUM
    assert len(server.requests) == 3


def test_nobody_there_is_one_sentence(tmp_path, monkeypatch):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    with pytest.raises(NetworkError, match=f"^127.0.0.1:{port} cannot be reached .3 tries.*$"):
        fetch(f"http://127.0.0.1:{port}/a.zip", tmp_path / "a.zip")
    with pytest.raises(NetworkError, match="nowhere.invalid cannot be reached"):
        fetch("https://nowhere.invalid/a.zip", tmp_path / "a.zip")
    with socket.create_server(("127.0.0.1", 0)) as silent:  # accepts, and says nothing
        monkeypatch.setattr(module, "TIMEOUT", (1, 0.1))
        with pytest.raises(NetworkError, match="does not answer in time"):
            fetch(f"http://127.0.0.1:{silent.getsockname()[1]}/a.zip", tmp_path / "a.zip")


@pytest.mark.parametrize("url", ["ftp://example.org/a.zip", "http://", "file:///etc/passwd", "https://[::1"])
def test_what_is_no_address_is_named(tmp_path, url):
    with pytest.raises(InputError, match="is not the address of a file"):
        fetch(url, tmp_path / "a.zip")


def test_a_damaged_record_beside_the_file_is_survived(server, tmp_path):
    for text in ("", "{", '{"url": "elsewhere", "tag": "x", "bytes": 5}'):
        (tmp_path / "a.zip").write_bytes(b"12345")
        (tmp_path / "a.zip.json").write_text(text)
        assert fetch(f"{server.url}/a.zip", tmp_path / "a.zip") == SUM
