"""Archives over HTTP(S), among them the two public ones that most people begin with."""

import re
from pathlib import Path
from urllib.parse import urlsplit

from transfer.dataset.archives import Skip, is_archive, read_pictures
from transfer.dataset.sources import SPLITS, Origin, link_or_copy
from transfer.dataset.sources.divide import divide
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
    skip: Skip,
    downloads: Path,
    train: str,
    test: str | None,
    train_sha256: str | None,
    test_sha256: str | None,
    test_share: float,
) -> list[Origin]:
    """Fetch an archive for train and one for test; or one for both, `test` being None, which is divided here.

    train, test: addresses, or names of presets. Raises InputError, NetworkError.
    """
    origins = []
    for split, place, expected in zip(SPLITS, (train, test), (train_sha256, test_sha256), strict=True):
        if place is None:
            continue
        address, published = PRESETS.get(place, (place, None))
        if "://" not in address:
            raise InputError(f"data.url.{split} is {place}; it has to be an address, or one of {', '.join(PRESETS)}.")
        name = re.sub(r"[^\w.-]", "_", Path(urlsplit(address).path).name).lstrip(".") or "archive"
        archive = downloads / split / name
        archive.parent.mkdir(parents=True, exist_ok=True)
        found = fetch(address, archive, expected or published)
        if not is_archive(archive):
            archive.unlink()
            raise NetworkError(
                f"{address} gives no zip or tar archive but something else; open it in a browser to see."
            )
        origins.append((split if test else "both", address, archive.stat().st_size, found))
        if test:
            (folder / split).mkdir()
            link_or_copy(archive, folder / split / name)
        else:
            divide(lambda told, archive=archive: read_pictures(archive, told), folder, test_share, skip)
    return origins
