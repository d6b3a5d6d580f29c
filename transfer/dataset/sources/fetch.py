"""One file over HTTP, whole or not at all, however often the line breaks."""

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
CHUNK = 2**14  # bytes; what has come of a chunk is lost when the line breaks
PASSING = {408, 425, 429, 500, 502, 503, 504}  # HTTP statuses that may be gone at the next try


def fetch(url: str, target: Path, expected: str | None = None) -> str:
    """Bring `url` to `target`, going on from what is there of it, and return its sha256.

    expected: the sha256 that it has to have. Beside `target` lies a .json that says which version of the file has
    begun to arrive; if the server has another one by now, or cannot start in the middle, it begins anew.
    Raises NetworkError if the server is out of reach, refuses, or gives something else than expected (that is deleted);
    InputError for an address that is none.
    """
    tries = 0
    while True:
        before = _size(target)
        try:
            _go_on(url, target)
            break
        except requests.exceptions.RequestException as error:
            if isinstance(error, ValueError) and not isinstance(error, requests.exceptions.JSONDecodeError):
                raise InputError(f"{url} is no address of a file; it has to begin with http:// or https://.") from None
            tries = 1 if _size(target) > before else tries + 1
            if tries == TRIES:
                raise NetworkError(
                    f"{urlsplit(url).netloc} {reason(error)} ({TRIES} tries); check the connection and run again: what "
                    "has arrived is kept."
                ) from None
            time.sleep(BACK_OFF * 2 ** (tries - 1))
    found = sha256(target)
    if expected and found != expected.lower():
        target.unlink()
        raise NetworkError(
            f"{url} has the sha256 {found}, not {expected.lower()} as it should; it was deleted: check the sum, or "
            "whether the file has changed at its source."
        )
    return found


def reason(error: Exception) -> str:
    """What went wrong on the line, in a few words that follow the server's name."""
    if isinstance(error, requests.exceptions.HTTPError):
        return f"answers {error.response.status_code} {error.response.reason}".rstrip()
    if isinstance(error, requests.exceptions.SSLError):
        return "has a certificate that is not accepted"
    if isinstance(error, requests.exceptions.Timeout):
        return "does not answer in time"
    if isinstance(error, requests.exceptions.ChunkedEncodingError):
        return "breaks off in the middle"
    return "cannot be reached"


def _go_on(url: str, target: Path) -> None:
    """One request for what is missing of `target`."""
    state = target.with_name(f"{target.name}.json")
    version = _version(state)
    have = _size(target) if version.get("url") == url else 0
    if have and have == version["bytes"]:
        return
    headers = {"Accept-Encoding": "identity"}  # ranges have to count the bytes that are stored
    if have and version["tag"]:
        headers |= {"Range": f"bytes={have}-", "If-Range": version["tag"]}
    with requests.get(url, headers=headers, stream=True, timeout=TIMEOUT) as response:
        if not response.ok and response.status_code not in PASSING:
            raise NetworkError(
                f"{url} answers {response.status_code} {response.reason}; check the address, and whether it is public."
            )
        response.raise_for_status()
        if response.status_code != 206 or not response.headers.get("Content-Range", "").startswith(f"bytes {have}-"):
            have = 0
            target.unlink(missing_ok=True)
            length = response.headers.get("Content-Length")
            tag = response.headers.get("ETag", "")
            tag = response.headers.get("Last-Modified", "") if not tag or tag.startswith("W/") else tag
            version = {"url": url, "tag": tag, "bytes": int(length) if length else None}
            state.write_text(json.dumps(version))
        bar = tqdm(
            desc=f"fetching {target.name}",
            initial=have,
            total=version["bytes"],
            unit="B",
            unit_scale=True,
            disable=None,
        )
        with target.open("ab") as file, bar:
            for chunk in response.iter_content(CHUNK):
                file.write(chunk)
                file.flush()  # so that a kill loses nothing that has arrived
                bar.update(len(chunk))
    if version["bytes"] is None:
        state.write_text(json.dumps(version | {"bytes": _size(target)}))
    elif _size(target) != version["bytes"]:
        if _size(target) > version["bytes"]:
            target.unlink()
        raise requests.exceptions.ChunkedEncodingError("not the bytes that were announced")


def _version(state: Path) -> dict:
    try:
        return json.loads(state.read_text())
    except (FileNotFoundError, json.JSONDecodeError):
        return {}


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
