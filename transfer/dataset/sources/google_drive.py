"""Folders or files that are shared on Google Drive, through gdown."""

import json
import re
import time
from collections.abc import Callable
from errno import ENOSPC
from itertools import pairwise
from pathlib import Path

import requests
from tqdm import tqdm

from transfer.dataset.archive_members import is_archive
from transfer.dataset.archives import OnSkip, prefix_names, read_files
from transfer.dataset.checksums import sha256
from transfer.dataset.file_names import is_junk
from transfer.dataset.packing import pack
from transfer.dataset.sources import PACKED, Origin, link_or_copy
from transfer.dataset.sources.fetch import TIMEOUT, TRIES, describe_failure
from transfer.errors import InputError, NetworkError

REQUEST = {"use_cookies": False, "timeout": TIMEOUT, "quiet": True}  # gdown's cookies race between processes
LISTINGS = (0, 0, 1, 2)  # seconds before each; two in a row must agree, because Drive sometimes lists only some files
REMEDIES = {  # by a pattern in the message of Drive or gdown
    "too many users|quota": "its quota is used up: wait a day, or put one archive there in place of many files",
    "incomplete|range|retries": "run again: what has arrived is kept",
    "": "see that the id is right and that it is shared with 'Anyone with the link'; if so, Drive has had too many "
    "requests: wait a day",
}


def bring(folder: Path, on_skip: OnSkip, downloads: Path, train: str, test: str) -> list[Origin]:
    """Fetch what is shared: the pictures in a folder, and in archives in it, are packed; an archive stays as it is.

    folder: gets the folders train and test
    on_skip: called as SPLIT/name for each file that is left out
    downloads: folder for files that have arrived
    train, test: id or address of a folder or of an archive
    Raises InputError, NetworkError.
    """
    try:
        import gdown  # noqa: F401  an extra
    except ImportError:
        raise InputError("data.source google_drive needs gdown; install it with `make repro EXTRAS=drive`.") from None
    store = downloads / "google_drive"
    store.mkdir(parents=True, exist_ok=True)
    return [
        origin
        for split, place in (("train", train), ("test", test))
        for origin in _bring_split(split, _id(split, place), folder, on_skip, store)
    ]


def _bring_split(split: str, shared: str, folder: Path, on_skip: OnSkip, store: Path) -> list[Origin]:
    (folder / split).mkdir()
    listed = _list_folder(split, shared)
    # Nothing listed: it is a file, or the request for the file will fail and say why.
    wanted = listed or [(f"data.google_drive.{split}", shared)]
    files, origins = [], []
    for number, (name, id) in enumerate(wanted, 1):
        path, digest = _fetch(id, name, store, f"{split} {number}/{len(wanted)}")
        files.append((name, path))
        origins.append(Origin(split, f"{id} {name}", path.stat().st_size, digest))
    if listed:
        pack(read_files(files, prefix_names(on_skip, split)), folder / split / PACKED)
        return origins
    (_, path), (origin,) = files[0], origins
    if not is_archive(path):
        raise InputError(f"data.google_drive.{split} ({shared}) is neither a folder nor a zip or tar archive.")
    archive = link_or_copy(path, folder / split / PACKED)
    return [Origin(split, origin.address, origin.bytes, origin.sha256, archive)]


def _id(split: str, place: str) -> str:
    """The id in an address, or the id itself."""
    match = re.search(r"(?:/folders/|/d/|[?&]id=)([\w-]+)", place) or re.fullmatch(r"([\w-]+)", place)
    if not match:
        raise InputError(f"data.google_drive.{split} is {place}; it must be the id or the address of what is shared.")
    return match[1]


def _list_folder(split: str, shared: str) -> list[tuple[str, str]]:
    """Name and id of every file below a folder, sorted by name; empty if it is no folder, or shows nothing."""
    files, failure = None, ""
    for pause in LISTINGS:
        time.sleep(pause)
        before = files
        files, failure = _list_once(shared)
        if files is not None and files == before:
            break
    else:
        raise NetworkError(
            f"Google Drive {failure or 'lists other files each time'} when asked for the folder "
            f"data.google_drive.{split} ({shared}); check the connection, and try again later."
        )
    names = [name for name, _ in files]
    twice = next((name for name, after in pairwise(names) if name == after), None)
    if twice:
        raise InputError(
            f"data.google_drive.{split} ({shared}) has two files of the name {twice}; rename one of them on Drive."
        )
    return files


def _list_once(shared: str) -> tuple[list[tuple[str, str]] | None, str]:
    """One listing of a folder, as `_list_folder` returns it; or None, and what went wrong."""
    import gdown
    from gdown.exceptions import DownloadError

    try:
        listed = gdown.download_folder(id=shared, skip_download=True, **REQUEST)
        return sorted((file.path, file.id) for file in listed if not is_junk(file.path)), ""
    except DownloadError as error:
        busy = re.search(r"status code (429|5\d\d)", str(error))
        return (None, f"answers {busy[1]}") if busy else ([], "")
    except requests.exceptions.RequestException as error:
        return None, describe_failure(error)


def _fetch(id: str, name: str, store: Path, label: str) -> tuple[Path, str]:
    """Fetch a file, unless it has arrived before: its size and sha256 decide, not its being there.

    label: of the progress bar. Returns the path, and its sha256.
    """
    path, record = store / id, store / f"{id}.json"
    if record.is_file() and path.is_file():
        known = json.loads(record.read_text())
        if path.stat().st_size == known["bytes"] and sha256(path) == known["sha256"]:
            return path, known["sha256"]
    path.unlink(missing_ok=True)
    with tqdm(desc=f"{label} {name}", unit="B", unit_scale=True, leave=False, disable=None) as bar:

        def progress(done: int, total: int | None) -> None:
            bar.total = total
            bar.update(done - bar.n)

        _download(id, name, path, progress)
    digest = sha256(path)
    complete = record.with_suffix(".new")
    complete.write_text(json.dumps({"name": name, "bytes": path.stat().st_size, "sha256": digest}))
    complete.rename(record)
    return path, digest


def _download(id: str, name: str, path: Path, progress: Callable[[int, int | None], None]) -> None:
    import gdown
    from gdown.exceptions import DownloadError

    try:
        gdown.download(id=id, output=str(path), resume=True, retries=TRIES - 1, progress=progress, **REQUEST)
    except Exception as error:  # beside its own error, gdown trips in several ways over pages that it does not expect
        if getattr(error, "errno", None) == ENOSPC:
            raise
        cause = error if isinstance(error, requests.exceptions.RequestException) else error.__cause__
        if cause:
            failure = f"it {describe_failure(cause)}"
        elif isinstance(error, DownloadError):
            failure = re.split(r"\.\s", str(error))[0]
        else:
            failure = f"gdown fails with {error!r}"
        remedy = next(remedy for pattern, remedy in REMEDIES.items() if re.search(pattern, str(error), re.IGNORECASE))
        raise NetworkError(
            f"Google Drive does not deliver {name} ({id}): {' '.join(failure.split()).rstrip('.')}; {remedy}."
        ) from error
