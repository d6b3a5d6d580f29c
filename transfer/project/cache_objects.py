"""DVC's outputs and stored objects by their own hashes: DVC takes on trust what is in its cache, this looks."""

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path


def md5(path: Path) -> str:
    digest = hashlib.md5(usedforsecurity=False)
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def content_hash(path: Path) -> str | None:
    """The hash that dvc.lock has for a file or folder as it is on disk; None where nothing is."""
    if path.is_file():
        return md5(path)
    if not path.is_dir():
        return None
    files = sorted((file.relative_to(path).as_posix(), file) for file in path.rglob("*") if file.is_file())
    listing = json.dumps([{"md5": md5(file), "relpath": name} for name, file in files], sort_keys=True)
    return hashlib.md5(listing.encode(), usedforsecurity=False).hexdigest() + ".dir"


def stored_objects(cache: Path) -> Iterator[Path]:
    """Every object of a cache, in order; not what a broken transfer may have left beside them."""
    named = (path for path in cache.glob("??/*") if re.fullmatch(r"[0-9a-f]{32}(\.dir)?", hash_of_path(path)))
    return (path for path in sorted(named) if path.is_file())


def hash_of_path(path: Path) -> str:
    """The hash that an object is stored under."""
    return path.parent.name + path.name


def matches_hash(path: Path) -> bool:
    """Whether an object hashes to its own name."""
    return md5(path) == hash_of_path(path).removesuffix(".dir")


def stored_files(output: str, hash_: str, cache: Path) -> dict[str, Path]:
    """Where a cache keeps an output: the path of each of its files, and of the list of them, to that of its object.

    Of a folder whose list is missing, or no list, the list is all that can be named.
    """
    found = {output: cache / hash_[:2] / hash_[2:]}
    if hash_.endswith(".dir"):
        try:
            listed = json.loads(found[output].read_text())
            found |= {f"{output}/{file['relpath']}": cache / file["md5"][:2] / file["md5"][2:] for file in listed}
        except (OSError, ValueError, TypeError, KeyError):
            pass
    return found
