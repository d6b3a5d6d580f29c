"""One file over HTTP, complete or not at all, however often the connection breaks."""

import json
import time
from pathlib import Path
from urllib.parse import urlsplit

import requests
from tqdm import tqdm

from transfer.dataset.checksums import sha256
from transfer.errors import InputError, NetworkError

TRIES = 3  # in a row that bring nothing new
BACK_OFF = 1.0  # seconds before the second try, doubled before each further one
TIMEOUT = (10, 60)  # seconds, to connect and between two reads
CHUNK = 2**14  # bytes; a chunk that is incomplete when the connection breaks is lost
TRANSIENT = {408, 425, 429, 500, 502, 503, 504}  # HTTP statuses that may be gone at the next try


def fetch(url: str, target: Path, expected: str | None = None, auth: tuple[str, str] | None = None) -> str:
    """Download a file, or the rest of one that has arrived in part, and return its sha256.

    url: address of the file, over HTTP or HTTPS
    target: where the file goes. A .json beside it says which version has begun to arrive: if the server has another
        one by now, or cannot start in the middle, the download begins again.
    expected: the sha256 that the file must have, hexadecimal, if it is known
    auth: name and key for HTTP's basic authentication, which other hosts that the server names are not told
    Raises NetworkError if the server is out of reach or refuses, or if the file is not the expected one (it is then
    deleted); InputError if `url` is not an address.
    """
    tries = 0
    while True:
        before = _size(target)
        try:
            _request_rest(url, target, auth)
            break
        except requests.exceptions.RequestException as error:
            if isinstance(error, ValueError) and not isinstance(error, requests.exceptions.JSONDecodeError):
                raise InputError(
                    f"{url} is not the address of a file; it must begin with http:// or https://."
                ) from None
            tries = 1 if _size(target) > before else tries + 1
            if tries == TRIES:
                raise NetworkError(
                    f"{urlsplit(url).netloc} {describe_failure(error)} ({TRIES} tries); check the connection and run "
                    "again: what has arrived is kept."
                ) from None
            time.sleep(BACK_OFF * 2 ** (tries - 1))
    digest = sha256(target)
    if expected and digest != expected.lower():
        target.unlink()
        raise NetworkError(
            f"{url} has the sha256 {digest}, not {expected.lower()} as it should; it was deleted: check the sum, or "
            "whether the file has changed at its source."
        )
    return digest


def describe_failure(error: Exception) -> str:
    """How a request failed, in a few words that follow the server's name."""
    if isinstance(error, requests.exceptions.HTTPError):
        return f"answers {error.response.status_code} {error.response.reason}".rstrip()
    if isinstance(error, requests.exceptions.SSLError):
        return "has a certificate that is not accepted"
    if isinstance(error, requests.exceptions.Timeout):
        return "does not answer in time"
    if isinstance(error, requests.exceptions.ChunkedEncodingError):
        return "breaks off in the middle"
    return "cannot be reached"


def _request_rest(url: str, target: Path, auth: tuple[str, str] | None) -> None:
    """Send one request, for the bytes that `target` lacks."""
    record = target.with_name(f"{target.name}.json")
    version = _read_version(record)
    arrived = _size(target) if version.get("url") == url else 0
    if arrived and arrived == version["bytes"]:
        return
    headers = {"Accept-Encoding": "identity"}  # ranges have to count the bytes that are stored
    if arrived and version["tag"]:
        headers |= {"Range": f"bytes={arrived}-", "If-Range": version["tag"]}
    with requests.get(url, headers=headers, stream=True, timeout=TIMEOUT, auth=auth) as response:
        if not response.ok and response.status_code not in TRANSIENT:
            raise NetworkError(
                f"{url} answers {response.status_code} {response.reason}; check the address, and whether it is public."
            )
        response.raise_for_status()
        content_range = response.headers.get("Content-Range", "")
        if response.status_code != 206 or not content_range.startswith(f"bytes {arrived}-"):
            target.unlink(missing_ok=True)
            version = _version(url, response)
            record.write_text(json.dumps(version))
        _append(response, target, version["bytes"])
    if version["bytes"] is None:
        record.write_text(json.dumps(version | {"bytes": _size(target)}))
    elif _size(target) != version["bytes"]:
        if _size(target) > version["bytes"]:
            target.unlink()
        raise requests.exceptions.ChunkedEncodingError("not the bytes that were announced")


def _append(response: requests.Response, target: Path, total: int | None) -> None:
    """Append a body to `target`. total: bytes of the complete file, if the server says."""
    bar = tqdm(
        desc=f"fetching {target.name}", initial=_size(target), total=total, unit="B", unit_scale=True, disable=None
    )
    with target.open("ab") as file, bar:
        for chunk in response.iter_content(CHUNK):
            file.write(chunk)
            file.flush()  # so that a kill loses nothing that has arrived
            bar.update(len(chunk))


def _version(url: str, response: requests.Response) -> dict:
    """What identifies a version of a file: url, tag (ETag or date, or ""), bytes (None: the server does not say)."""
    length, tag = response.headers.get("Content-Length"), response.headers.get("ETag", "")
    if not tag or tag.startswith("W/"):  # a weak ETag does not promise the same bytes
        tag = response.headers.get("Last-Modified", "")
    return {"url": url, "tag": tag, "bytes": int(length) if length else None}


def _read_version(record: Path) -> dict:
    try:
        return json.loads(record.read_text())
    except (FileNotFoundError, json.JSONDecodeError):
        return {}


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
