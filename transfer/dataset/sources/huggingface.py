"""Pictures out of a public data set on Hugging Face, as files or archives, at one commit."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote

import requests

from transfer.dataset.archive_members import is_archive
from transfer.dataset.archives import OnSkip, prefix_names, read_files
from transfer.dataset.file_names import is_junk, is_unsafe
from transfer.dataset.packing import pack
from transfer.dataset.raw_folders import UNDIVIDED
from transfer.dataset.sources import PACKED, Origin, link_or_copy
from transfer.dataset.sources.fetch import TIMEOUT, describe_failure, fetch
from transfer.errors import InputError, NetworkError

HOST = "https://huggingface.co"
AT_ONCE = 8  # files


def bring(
    folder: Path, on_skip: OnSkip, downloads: Path, repo: str, path: str | None, revision: str | None
) -> list[Origin]:
    """Get the files of a data set, those of one folder or archive in it if asked for.

    folder: gets the folder UNDIVIDED
    on_skip: called as UNDIVIDED/name for each file that is left out
    downloads: folder for files that have arrived
    repo: OWNER/NAME; path: in it, or None for all; revision: branch, tag or commit, None: main as it is now
    Raises InputError for a data set, revision or path that is not there, or that holds tables in place of picture
    files; NetworkError for what is out of reach or was damaged on the way.
    """
    host = os.environ.get("HF_ENDPOINT", HOST).rstrip("/")  # the variable by which Hugging Face's own client is told
    commit, files = _list_files(host, repo, revision or "main")
    inside = f"{path.strip('/')}/" if path else ""
    wanted = {name: digest for name, digest in files.items() if f"{name}/".startswith(inside) and not is_junk(name)}
    if not wanted:
        raise InputError(f"{repo} on Hugging Face has no {path or 'files'}; see data.huggingface.path.")
    if all(name.endswith((".parquet", ".arrow", ".md", ".json")) for name in wanted):
        raise InputError(
            f"{repo} on Hugging Face holds its pictures in tables (Parquet), which are not read; save them as files "
            "with its own library, and name the folder as data.source local."
        )
    store = downloads / "huggingface" / commit
    store.mkdir(parents=True, exist_ok=True)

    def get(name: str) -> tuple[Path, str]:
        address = f"{host}/datasets/{repo}/resolve/{commit}/{quote(name)}"
        target = store / quote(name, safe="")
        return target, fetch(address, target, wanted[name])

    with ThreadPoolExecutor(AT_ONCE) as pool:
        arrived = dict(zip(wanted, pool.map(get, wanted), strict=True))
    (folder / UNDIVIDED).mkdir()
    archive = None
    if len(arrived) == 1 and is_archive(next(iter(arrived.values()))[0]):
        archive = link_or_copy(next(iter(arrived.values()))[0], folder / UNDIVIDED / Path(next(iter(arrived))).name)
    else:
        parts = ((name.removeprefix(inside), file) for name, (file, _) in arrived.items())
        pack(read_files(parts, prefix_names(on_skip, UNDIVIDED)), folder / UNDIVIDED / PACKED)
    return [
        Origin(UNDIVIDED, f"{host}/datasets/{repo} {commit} {name}", file.stat().st_size, digest, archive)
        for name, (file, digest) in arrived.items()
    ]


def _list_files(host: str, repo: str, revision: str) -> tuple[str, dict[str, str | None]]:
    """The commit of a revision, and its files by name, sorted, with their sha256 where Hugging Face knows it."""
    address = f"{host}/api/datasets/{repo}/revision/{quote(revision, safe='')}"
    try:
        response = requests.get(address, params={"blobs": "true"}, timeout=TIMEOUT)
        if response.status_code in (401, 403, 404):
            raise InputError(
                f"{repo} at {revision} is not a public data set on Hugging Face ({response.status_code}); see "
                "data.huggingface.repo and data.huggingface.revision."
            )
        response.raise_for_status()
        content = response.json()
        files = {file["rfilename"]: (file.get("lfs") or {}).get("sha256") for file in content["siblings"]}
        return content["sha"], dict(sorted((name, digest) for name, digest in files.items() if not is_unsafe(name)))
    except (KeyError, TypeError):
        raise NetworkError(f"{address} gives no list of files; try again later.") from None
    except requests.exceptions.RequestException as error:
        raise NetworkError(f"{host} {describe_failure(error)}; check the connection and run again.") from None
