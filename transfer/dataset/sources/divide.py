"""Pictures from one place, divided into train and test."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path, PurePosixPath

from transfer.dataset.archives import OnSkip
from transfer.dataset.packing import pack
from transfer.dataset.sources import PACKED, SPLITS
from transfer.dataset.spool import Spool

TRAIN_FOLDERS = ("train", "training")
TEST_FOLDERS = ("test", "testing", "validation", "valid", "val")  # the first of these that occurs is the test split


def divide(
    read: Callable[[OnSkip], Iterable[tuple[str, bytes]]], folder: Path, test_share: float, on_skip: OnSkip
) -> None:
    """Pack pictures into one archive for train and one for test; each is read, and decompressed, once.

    read: called once with an `on_skip` of its own; yields (name, content) of each picture
    folder: gets the folders train and test
    test_share: of the pictures, in (0, 1), chosen by name, if no folders are named train and test
    on_skip: called as SPLIT/name for each file that is left out
    """
    names: list[str] = []
    skipped: list[tuple[str, str, str]] = []
    with Spool(folder / "pictures.spool") as contents:  # the last name may decide how all are divided
        for name, content in read(lambda *member: skipped.append(member)):
            names.append(name)
            contents.add(content)
        split_of = split_rule(names, test_share)
        for name, reason, detail in skipped:
            on_skip(f"{split_of(name)}/{name}", reason, detail)
        for split in SPLITS:
            (folder / split).mkdir()
            members = ((name, contents.read(at)) for at, name in enumerate(names) if split_of(name) == split)
            pack(members, folder / split / PACKED)


def split_rule(names: Iterable[str], test_share: float) -> Callable[[str], str]:
    """The rule that puts each name into train or test.

    names: of all pictures. If some lie in folders for train and some in folders for test (or validation), folders
        decide; otherwise a hash of the name does.
    test_share: of the names that the hash gives to test
    """
    folders = {part for name in names for part in _folders(name)}
    test = next((part for part in TEST_FOLDERS if part in folders), None)
    if test and folders.intersection(TRAIN_FOLDERS):
        return lambda name: "test" if test in _folders(name) else "train"
    # The hash is of the name alone: the seed changes nothing, and pictures that are added move none of the others.
    return lambda name: "test" if _uniform(name) < test_share else "train"


def _folders(name: str) -> Iterator[str]:
    return (part.lower() for part in PurePosixPath(name).parts[:-1])


def _uniform(name: str) -> float:
    """A number in [0, 1) that depends on the name only."""
    return int.from_bytes(hashlib.sha256(name.encode("utf-8", "surrogatepass")).digest()[:6], "big") / 2**48
