"""Pictures out of a DVC repository, such as a team's data registry."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from errno import ENOSPC
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from transfer.dataset.archive_members import is_archive
from transfer.dataset.archives import OnSkip, prefix_names, read_files
from transfer.dataset.checksums import checksums
from transfer.dataset.file_names import is_junk
from transfer.dataset.packing import pack
from transfer.dataset.progress import show_progress
from transfer.dataset.raw_folders import UNDIVIDED
from transfer.dataset.sources import PACKED, Origin, link_or_copy
from transfer.errors import InputError, NetworkError

if TYPE_CHECKING:
    from dvc.api import DVCFileSystem

AT_ONCE = 16  # files


def bring(folder: Path, on_skip: OnSkip, downloads: Path, repo: str, path: str, rev: str | None) -> list[Origin]:
    """Get a folder or an archive of a DVC repository.

    folder: gets the folder UNDIVIDED
    on_skip: called as UNDIVIDED/name for each file that is left out
    downloads: folder for files that have arrived
    repo: address or path of the repository
    path: of the folder or the archive in it
    rev: branch, tag or commit; None: the default branch as it is now
    Raises InputError for a repository, revision or path that is not there, NetworkError for what is out of reach or
    was damaged on the way.
    """
    named = f"{repo} at {rev}" if rev else repo
    path = path.strip("/")
    registry = _open(repo, rev, named)
    commit = registry.repo.get_rev()
    if not registry.exists(path):
        raise InputError(f"{named} has no {path}; see data.dvc.path.")
    arrived = _get_files(registry, path, commit, downloads / "dvc", named)
    if not arrived:
        raise InputError(f"{path} of {named} is empty; see data.dvc.path.")

    (folder / UNDIVIDED).mkdir()
    archive = None
    if list(arrived) == [path] and is_archive(arrived[path][0]):
        archive = link_or_copy(arrived[path][0], folder / UNDIVIDED / PurePosixPath(path).name)
    else:
        files = [(str(PurePosixPath(name).relative_to(path)), file) for name, (file, _) in arrived.items()]
        pack(read_files(files, prefix_names(on_skip, UNDIVIDED)), folder / UNDIVIDED / PACKED)
    return [
        Origin(UNDIVIDED, f"{repo} {commit} {name}", file.stat().st_size, digest, archive)
        for name, (file, digest) in arrived.items()
    ]


def _open(repo: str, rev: str | None, named: str) -> DVCFileSystem:
    import dvc.api  # takes a second, and the other sources do without
    from dvc.exceptions import DvcException

    try:
        place = str(Path(repo).expanduser()) if repo.startswith("~") else repo
        registry = dvc.api.DVCFileSystem(place, rev=rev)
        registry.repo.get_rev()
        return registry
    except (DvcException, OSError) as error:
        unreachable = ("://" in repo or "@" in repo) and "Revision" not in type(error).__name__
        raise (NetworkError if unreachable else InputError)(
            f"{named} cannot be opened as a Git repository with DVC ({_in_one_line(error.__cause__ or error)}); see "
            "data.dvc.repo and data.dvc.rev."
        ) from None


def _get_files(registry: DVCFileSystem, path: str, commit: str, store: Path, named: str) -> dict[str, tuple[Path, str]]:
    """Get all files at `path`, several at a time: by name, sorted, where each now lies, and its sha256."""
    store.mkdir(parents=True, exist_ok=True)
    try:
        infos = registry.find(path, detail=True)
        names = sorted(name for name in infos if not is_junk(name))

        def get(number: int) -> tuple[Path, str]:
            return _get_file(registry, names[number], _md5(infos[names[number]]), commit, store, number)

        with ThreadPoolExecutor(AT_ONCE) as pool:
            files = pool.map(get, range(len(names)))
            arrived = list(show_progress(files, f"getting {path}", "file", len(names)))
    except Exception as error:  # each kind of remote raises its own
        if getattr(error, "errno", None) == ENOSPC:
            raise
        raise NetworkError(
            f"{path} of {named} cannot be fetched ({_in_one_line(error)}); see that it was pushed (dvc push) and that "
            "its remote is within reach, and run again: what has arrived is kept."
        ) from error
    return dict(zip(names, arrived, strict=True))


def _get_file(
    registry: DVCFileSystem, name: str, md5: str | None, commit: str, store: Path, number: int
) -> tuple[Path, str]:
    """Get one file, unless it has arrived before; returns where it lies, and its sha256.

    It lies under the md5 of its content, by which a later run finds it, or of its name, and never under a name from
    elsewhere. md5: of the content, if it is known; number: distinguishes files of one content while they arrive.
    """
    target = store / (md5 or hashlib.md5(f"{commit} {name}".encode()).hexdigest())
    if md5 and target.is_file():
        found, digest = checksums(target, "md5", "sha256")
        if found == md5:
            return target, digest
    partial = target.with_suffix(f".{number}.part")
    registry.get_file(name, str(partial))
    found, digest = checksums(partial, "md5", "sha256")
    if md5 and found != md5:
        raise OSError(f"{name} arrived damaged")
    partial.rename(target)
    return target, digest


def _md5(info: dict) -> str | None:
    """The md5 of a file's bytes, if it is known: Git's files have none, and DVC before 3.0 normalised texts first."""
    entry = info.get("dvc_info", {}).get("entry")
    return entry.hash_info.value if entry and entry.hash_info and entry.hash_info.name == "md5" else None


def _in_one_line(error: BaseException) -> str:
    return " ".join(str(error).split())
