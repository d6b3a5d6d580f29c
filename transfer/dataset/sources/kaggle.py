"""Pictures out of a data set on Kaggle, at one version: the zip archive that its page offers."""

import os
from pathlib import Path

import requests

from transfer.dataset.archive_members import is_archive
from transfer.dataset.raw_folders import UNDIVIDED
from transfer.dataset.sources import Origin, link_or_copy
from transfer.dataset.sources.fetch import TIMEOUT, describe_failure, fetch
from transfer.errors import InputError, NetworkError

HOST = "https://www.kaggle.com"


def bring(folder: Path, downloads: Path, dataset: str, version: int | None) -> list[Origin]:
    """Get the archive of a data set.

    folder: gets the folder UNDIVIDED
    downloads: folder for files that have arrived
    dataset: OWNER/NAME; version: None: the newest there is now
    Raises InputError for a data set or version that is not there or not public; NetworkError for what is out of reach.
    """
    # The variables by which Kaggle's own client is told: another server, and who asks.
    host = os.environ.get("KAGGLE_API_ENDPOINT", HOST).rstrip("/")
    who = (os.environ.get("KAGGLE_USERNAME"), os.environ.get("KAGGLE_KEY"))
    auth = who if all(who) else None
    version = version or _newest_version(host, dataset, auth)
    archive = downloads / "kaggle" / f"{dataset.replace('/', '_')}_{version}.zip"
    archive.parent.mkdir(parents=True, exist_ok=True)
    address = f"{host}/api/v1/datasets/download/{dataset}?dataset_version_number={version}"
    digest = fetch(address, archive, auth=auth)
    if not is_archive(archive):
        archive.unlink()
        raise NetworkError(f"{address} is not a zip archive; open {HOST}/datasets/{dataset} in a browser to see why.")
    (folder / UNDIVIDED).mkdir()
    stored = link_or_copy(archive, folder / UNDIVIDED / archive.name)
    origin = f"{host}/datasets/{dataset} version {version}"
    return [Origin(UNDIVIDED, origin, archive.stat().st_size, digest, stored)]


def _newest_version(host: str, dataset: str, auth: tuple[str, str] | None) -> int:
    address = f"{host}/api/v1/datasets/view/{dataset}"
    try:
        response = requests.get(address, timeout=TIMEOUT, auth=auth)
        if response.status_code in (401, 403, 404):
            raise InputError(
                f"{dataset} is not a public data set on Kaggle ({response.status_code}); see data.kaggle.dataset, or "
                "set KAGGLE_USERNAME and KAGGLE_KEY."
            )
        response.raise_for_status()
        return int(response.json()["currentVersionNumber"])
    except (KeyError, TypeError, requests.exceptions.JSONDecodeError):
        raise NetworkError(f"{address} does not say which version is the newest; try again later.") from None
    except requests.exceptions.RequestException as error:
        raise NetworkError(f"{host} {describe_failure(error)}; check the connection and run again.") from None
