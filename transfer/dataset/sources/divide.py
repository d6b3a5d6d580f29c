"""One body of pictures, divided into train and test."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path, PurePosixPath

from transfer.dataset.archives import Skip
from transfer.dataset.packing import pack
from transfer.dataset.sources import PACKED, SPLITS

TRAIN_FOLDERS = ("train", "training")
TEST_FOLDERS = ("test", "testing", "validation", "valid", "val")  # the first of these that occurs is the test split


def divide(
    pictures: Callable[[Skip], Iterable[tuple[str, bytes]]], folder: Path, test_share: float, skip: Skip
) -> None:
    """Pack pictures into one archive for train and one for test.

    pictures: called with a `skip`, gives (name, content) of each, anew at each call. They go by their folders where
    these are named train and test (or validation); else `test_share` of them, drawn by name, are for test.
    """
    passed_over = []
    names = [name for name, _ in pictures(lambda *member: passed_over.append(member))]
    split_of = splitter(names, test_share)
    for name, *why in passed_over:
        skip(f"{split_of(name)}/{name}", *why)
    for split in SPLITS:
        (folder / split).mkdir()
        chosen = ((name, content) for name, content in pictures(lambda *_: None) if split_of(name) == split)
        pack(chosen, folder / split / PACKED)


def splitter(names: Iterable[str], test_share: float) -> Callable[[str], str]:
    """The rule that says of each of these names whether it is for train or for test."""
    folders = {part for name in names for part in _folders(name)}
    test = next((part for part in TEST_FOLDERS if part in folders), None)
    if test and folders.intersection(TRAIN_FOLDERS):
        return lambda name: "test" if test in _folders(name) else "train"
    # By a hash of the name alone: the same pictures for whatever seed, and more pictures move none of the others.
    return lambda name: "test" if _uniform(name) < test_share else "train"


def _folders(name: str) -> Iterator[str]:
    return (part.lower() for part in PurePosixPath(name).parts[:-1])


def _uniform(name: str) -> float:
    """A number in [0, 1) that depends on the name only."""
    return int.from_bytes(hashlib.sha256(name.encode("utf-8", "surrogatepass")).digest()[:6], "big") / 2**48
