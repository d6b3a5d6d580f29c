"""Archives over HTTP(S), among them the two public ones that most people begin with."""

import re
from pathlib import Path
from urllib.parse import urlsplit

from transfer.dataset.archive_members import is_archive, other_kind
from transfer.dataset.raw_folders import UNDIVIDED
from transfer.dataset.sources import Origin, link_or_copy
from transfer.dataset.sources.fetch import fetch
from transfer.errors import InputError, NetworkError

# By name: address, and sha256 where one is published.
PRESETS = {
    # 25,000 photographs (824,887,076 bytes), PetImages/Cat and PetImages/Dog, not divided.
    "microsoft": (
        "https://download.microsoft.com/download/3/E/1/3E1C3F21-ECDB-4869-8368-6DEBA77B919F/kagglecatsanddogs_5340.zip",
        "b7974bd00a84a99921f36ee4403f089853777b5ae8d151c76a86e64900334af9",
    ),
    # 3,000 of them (68,606,236 bytes), train/ and validation/ with cats/ and dogs/. Nobody publishes its sum.
    "tensorflow": ("https://storage.googleapis.com/mledu-datasets/cats_and_dogs_filtered.zip", None),
}


def bring(
    folder: Path,
    downloads: Path,
    train: str,
    test: str | None,
    train_sha256: str | None,
    test_sha256: str | None,
) -> list[Origin]:
    """Fetch an archive for train and one for test, or one for both.

    folder: gets the folders train and test, or UNDIVIDED
    downloads: folder for files that have arrived
    train, test: address of an archive, or name of a preset; test: None if train's archive holds both
    train_sha256, test_sha256: what the archives must have, hexadecimal, if it is known
    Raises InputError, NetworkError.
    """
    if test is None:
        fetched = {UNDIVIDED: _fetch_archive("train", train, train_sha256, downloads)}
    else:
        fetched = {
            "train": _fetch_archive("train", train, train_sha256, downloads),
            "test": _fetch_archive("test", test, test_sha256, downloads),
        }
    origins = []
    for split, (archive, address, digest) in fetched.items():
        (folder / split).mkdir()
        stored = link_or_copy(archive, folder / split / archive.name)
        origins.append(Origin(split, address, archive.stat().st_size, digest, stored))
    return origins


def _fetch_archive(split: str, place: str, expected: str | None, downloads: Path) -> tuple[Path, str, str]:
    """The archive at an address or of a preset: its path, address and sha256."""
    address, published = PRESETS.get(place, (place, None))
    if "://" not in address:
        raise InputError(f"data.url.{split} is {place}; it must be an address or one of {', '.join(PRESETS)}.")
    name = re.sub(r"[^\w.-]", "_", Path(urlsplit(address).path).name).lstrip(".") or "archive"
    archive = downloads / split / name
    archive.parent.mkdir(parents=True, exist_ok=True)
    digest = fetch(address, archive, expected or published)
    if not is_archive(archive):
        kind = other_kind(archive)
        archive.unlink()
        if kind:
            raise InputError(
                f"{address} is an archive of the kind {kind}, which is not read; fetch it yourself, extract it, and "
                "give the folder with data.source: local."
            )
        raise NetworkError(f"{address} is not a zip or tar archive; open it in a browser to see what it is.")
    return archive, address, digest
