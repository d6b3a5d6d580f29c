"""Folders or files that are shared on Google Drive, through gdown."""

import json
import re
import time
from errno import ENOSPC
from itertools import pairwise
from pathlib import Path

import requests
from tqdm import tqdm

from transfer.dataset.archives import Skip, is_archive, pictures_of, skip_below
from transfer.dataset.checksums import sha256
from transfer.dataset.file_names import is_junk
from transfer.dataset.packing import pack
from transfer.dataset.sources import PACKED, Origin, link_or_copy
from transfer.dataset.sources.fetch import TIMEOUT, TRIES, reason
from transfer.errors import InputError, NetworkError

ASK = {"use_cookies": False, "timeout": TIMEOUT, "quiet": True}  # gdown's cookies race between processes
LISTINGS = (0, 0, 1, 2)  # seconds before each; two in a row have to agree, for Drive now and then gives part of a list
REMEDIES = {  # by what Drive or gdown says
    "too many users|quota": "its quota is used up: wait a day, or put one archive there in place of many files",
    "incomplete|range|retries": "run again: what has arrived is kept",
    "": "see that the id is right and that it is shared with 'Anyone with the link'; if so, Drive has had its fill of "
    "requests: wait a day",
}


def bring(folder: Path, skip: Skip, downloads: Path, **places: str) -> list[Origin]:
    """Get what is shared at `places` (train=, test=, the id or address of a folder or of an archive each).

    The pictures in a folder, and in archives in it, are packed; an archive is kept as it is.
    Raises InputError, NetworkError.
    """
    try:
        import gdown  # noqa: F401  an extra
    except ImportError:
        raise InputError("data.source google_drive needs gdown; install it with `make repro EXTRAS=drive`.") from None
    store = downloads / "google_drive"
    store.mkdir(parents=True, exist_ok=True)
    origins = []
    for split, place in places.items():
        shared = _id(split, place)
        (folder / split).mkdir()
        listed = _listing(split, shared)
        # Nothing listed: it is a file, or Drive will say when asked for one what is the matter.
        wanted = listed or [(f"data.google_drive.{split}", shared)]
        arrived = [
            (name, id, _get(id, name, store, f"{split} {number}/{len(wanted)}"))
            for number, (name, id) in enumerate(wanted, 1)
        ]
        origins += [(split, f"{id} {name}", path.stat().st_size, sha256(path)) for name, id, path in arrived]
        if listed:
            files = ((name, path) for name, _, path in arrived)
            pack(pictures_of(files, skip_below(split, skip)), folder / split / PACKED)
        elif is_archive(arrived[0][-1]):
            link_or_copy(arrived[0][-1], folder / split / PACKED)
        else:
            raise InputError(f"data.google_drive.{split} ({shared}) is neither a folder nor a zip or tar archive.")
    return origins


def _id(split: str, place: str) -> str:
    """The id in an address, or the id itself."""
    found = re.search(r"(?:/folders/|/d/|[?&]id=)([\w-]+)", place) or re.fullmatch(r"([\w-]+)", place)
    if not found:
        raise InputError(f"data.google_drive.{split} is {place}; it has to be the id or the address of what is shared.")
    return found[1]


def _listing(split: str, shared: str) -> list[tuple[str, str]]:
    """Name and id of every file below a folder, sorted; empty if it is no folder, or shows nothing."""
    import gdown
    from gdown.exceptions import DownloadError

    files, why = None, ""
    for pause in LISTINGS:
        time.sleep(pause)
        before = files
        try:
            found = gdown.download_folder(id=shared, skip_download=True, **ASK)
            files = sorted((file.path, file.id) for file in found if not is_junk(file.path))
        except DownloadError as error:
            busy = re.search(r"status code (429|5\d\d)", str(error))
            files, why = (None, f"answers {busy[1]}") if busy else ([], "")
        except requests.exceptions.RequestException as error:
            files, why = None, reason(error)
        if files is not None and files == before:
            break
    else:
        raise NetworkError(
            f"Google Drive {why or 'lists other files each time'} when asked for the folder data.google_drive.{split} "
            f"({shared}); check the connection, and try again later."
        )
    names = [name for name, _ in files]
    double = next((name for name, after in pairwise(names) if name == after), None)
    if double:
        raise InputError(
            f"data.google_drive.{split} ({shared}) has two files of the name {double}; rename one of them on Drive."
        )
    return files


def _get(id: str, name: str, store: Path, label: str) -> Path:
    """Fetch a file, unless it has arrived whole before: by size and sha256, not by being there."""
    import gdown
    from gdown.exceptions import DownloadError

    path, note = store / id, store / f"{id}.json"
    if note.is_file() and path.is_file():
        known = json.loads(note.read_text())
        if (path.stat().st_size, sha256(path)) == (known["bytes"], known["sha256"]):
            return path
    path.unlink(missing_ok=True)
    try:
        with tqdm(desc=f"{label} {name}", unit="B", unit_scale=True, leave=False, disable=None) as bar:

            def progress(done: int, total: int | None) -> None:
                bar.total = total
                bar.update(done - bar.n)

            gdown.download(id=id, output=str(path), resume=True, retries=TRIES - 1, progress=progress, **ASK)
    except Exception as error:  # beside its own error, gdown trips in several ways over pages that it does not expect
        if getattr(error, "errno", None) == ENOSPC:
            raise
        cause = error if isinstance(error, requests.exceptions.RequestException) else error.__cause__
        said = re.split(r"\.\s", str(error))[0] if isinstance(error, DownloadError) else f"gdown fails with {error!r}"
        said = f"it {reason(cause)}" if cause else said
        remedy = next(remedy for signs, remedy in REMEDIES.items() if re.search(signs, str(error), re.IGNORECASE))
        raise NetworkError(
            f"Google Drive does not give {name} ({id}): {' '.join(said.split()).rstrip('.')}; {remedy}."
        ) from error
    whole = note.with_suffix(".new")
    whole.write_text(json.dumps({"name": name, "bytes": path.stat().st_size, "sha256": sha256(path)}))
    whole.rename(note)
    return path
