"""DVC's stored objects, checked against the hashes that name them: DVC itself trusts what is in its cache."""

import hashlib
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path


def local_cache() -> Path:
    """The folder of the objects of this project's cache."""
    from dvc.repo import Repo  # late: it takes a second to import

    with Repo() as repo:
        return Path(repo.cache.local.path)


def md5(path: Path) -> str:
    """The md5 of a file's bytes, hexadecimal."""
    digest = hashlib.md5(usedforsecurity=False)
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def content_hash(path: Path, is_ignored: Callable[[str], bool] = lambda _: False) -> str | None:
    """The hash that dvc.lock has for a file or folder as it is on disk; None where there is neither.

    is_ignored: whether DVC leaves out a file in it, by its absolute path
    """
    if path.is_file():
        return md5(path)
    if not path.is_dir():
        return None
    files = sorted((file.relative_to(path).as_posix(), file) for file in _files(path, is_ignored))
    listing = json.dumps([{"md5": md5(file), "relpath": name} for name, file in files], sort_keys=True)
    return hashlib.md5(listing.encode(), usedforsecurity=False).hexdigest() + ".dir"


def _files(folder: Path, is_ignored: Callable[[str], bool]) -> Iterator[Path]:
    return (file for file in folder.rglob("*") if file.is_file() and not is_ignored(str(file.absolute())))


def stored_objects(cache: Path) -> Iterator[Path]:
    """Every object of a cache, sorted; temporary files of a broken transfer are left out."""
    named = (path for path in cache.glob("??/*") if re.fullmatch(r"[0-9a-f]{32}(\.dir)?", name_hash(path)))
    return (path for path in sorted(named) if path.is_file())


def name_hash(path: Path) -> str:
    """The hash that names an object: its folder's two digits and its own name."""
    return path.parent.name + path.name


def matches_hash(path: Path) -> bool:
    """Whether an object's content has the hash that names it."""
    return md5(path) == name_hash(path).removesuffix(".dir")


def stored_files(output: str, hash_: str, cache: Path) -> dict[str, Path]:
    """Where a cache keeps an output: the object of each of its files, and of a folder also that of its list of files.

    output: path of the file or folder
    hash_: as in dvc.lock
    cache: the folder files/md5 of a cache or a remote

    Where the list of a folder is missing or broken, only the list's own object can be named.
    """
    found = {output: cache / hash_[:2] / hash_[2:]}
    if hash_.endswith(".dir"):
        try:
            listed = json.loads(found[output].read_text())
            found |= {f"{output}/{file['relpath']}": cache / file["md5"][:2] / file["md5"][2:] for file in listed}
        except (OSError, ValueError, TypeError, KeyError):
            pass
    return found
