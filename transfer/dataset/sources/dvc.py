"""Pictures out of a DVC repository, such as a team's data registry."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from errno import ENOSPC
from pathlib import Path, PurePosixPath

from tqdm import tqdm

from transfer.dataset.archives import Skip, is_archive, pictures_of, read_pictures
from transfer.dataset.checksums import checksum, sha256
from transfer.dataset.file_names import is_junk
from transfer.dataset.sources import Origin
from transfer.dataset.sources.divide import divide
from transfer.errors import InputError, NetworkError

AT_ONCE = 16  # files


def bring(
    folder: Path, skip: Skip, downloads: Path, repo: str, path: str, rev: str | None, test_share: float
) -> list[Origin]:
    """Get `path`, a folder or an archive, of `repo` at `rev` (None: its default branch as it is now), and divide it.

    Raises InputError for a repository, revision or path that is not there, NetworkError for what is out of reach or
    was damaged on the way.
    """
    import dvc.api  # takes a second, and the other sources do without
    from dvc.exceptions import DvcException

    named = f"{repo} at {rev}" if rev else repo
    path = path.strip("/")
    try:
        registry = dvc.api.DVCFileSystem(repo, rev=rev)
        commit = registry.repo.get_rev()
    except (DvcException, OSError) as error:
        far = "Revision" not in type(error).__name__ and ("://" in repo or "@" in repo)
        raise (NetworkError if far else InputError)(
            f"{named} cannot be opened as a Git repository with DVC ({_words(error.__cause__ or error)}); see "
            "data.dvc.repo and data.dvc.rev."
        ) from None
    if not registry.exists(path):
        raise InputError(f"{named} has no {path}; see data.dvc.path.")
    store = downloads / "dvc"
    store.mkdir(parents=True, exist_ok=True)

    def get(name: str) -> Path:
        # Under the sum of its content, by which a later run knows it again; never under a name from elsewhere.
        md5 = _md5(listed[name])
        target = store / (md5 or hashlib.md5(f"{commit} {name}".encode()).hexdigest())
        if not (md5 and target.is_file() and checksum(target, "md5") == md5):
            partial = target.with_suffix(f".{names.index(name)}.part")
            registry.get_file(name, str(partial))
            if md5 and checksum(partial, "md5") != md5:
                raise OSError(f"{name} arrived damaged")
            partial.rename(target)
        return target

    try:
        listed = registry.find(path, detail=True)
        names = sorted(name for name in listed if not is_junk(name))
        with ThreadPoolExecutor(AT_ONCE) as pool:
            places = list(tqdm(pool.map(get, names), f"getting {path}", len(names), unit="file", disable=None))
    except Exception as error:  # each kind of remote raises its own
        if getattr(error, "errno", None) == ENOSPC:
            raise
        raise NetworkError(
            f"{path} of {named} cannot be got ({_words(error)}); see that it was pushed (dvc push) and that its remote "
            "is within reach, and run again: what has arrived is kept."
        ) from error
    if not names:
        raise InputError(f"{path} of {named} is empty; see data.dvc.path.")
    if names == [path] and is_archive(places[0]):
        divide(lambda told: read_pictures(places[0], told), folder, test_share, skip)
    else:
        files = [(str(PurePosixPath(name).relative_to(path)), place) for name, place in zip(names, places, strict=True)]
        divide(lambda told: pictures_of(files, told), folder, test_share, skip)
    return [
        ("both", f"{repo} {commit} {name}", place.stat().st_size, sha256(place))
        for name, place in zip(names, places, strict=True)
    ]


def _md5(info: dict) -> str | None:
    """The md5 of a file's bytes, if it is known: Git's files have none, and DVC before 3.0 summed texts otherwise."""
    entry = info.get("dvc_info", {}).get("entry")
    return entry.hash_info.value if entry and entry.hash_info and entry.hash_info.name == "md5" else None


def _words(error: BaseException) -> str:
    return " ".join(str(error).split())
