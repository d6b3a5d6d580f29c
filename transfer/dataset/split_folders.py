"""Splits that folders name: train, val, test, ..."""

from collections.abc import Callable, Iterable
from pathlib import PurePosixPath

WORDS = {
    "train": ("train", "training"),
    "validation": ("val", "valid", "validation", "dev"),
    "test": ("test", "testing"),
}
SPLIT_OF = {word: split for split, words in WORDS.items() for word in words}


def split_rule(places: Iterable[str], has_test: bool) -> Callable[[str], str] | None:
    """The rule that gives each place its split, if folders name splits.

    They do at the first depth where one is called like train and another like test or validation, so that classes may
    be called valid and invalid. Folders for validation are the test split if there is no other; what lies in a folder
    of another name trains.

    places: paths of all pictures
    has_test: whether the test split comes from elsewhere: then only folders for train and for validation count
    Returns None if folders name no splits.
    """
    parts = [_folders(place) for place in places]
    for depth in range(max(map(len, parts), default=0)):
        found = {SPLIT_OF.get(each[depth], "") for each in parts if len(each) > depth}
        if has_test:
            found -= {"test"}
        if "train" in found and found & {"validation", "test"}:
            spare = "validation" if has_test or "test" in found else "test"
            split_of = {"validation": spare, "test": "train" if has_test else "test"}
            return lambda place: _split_at(_folders(place), depth, split_of)
    return None


def _split_at(folders: list[str], depth: int, split_of: dict[str, str]) -> str:
    word = folders[depth] if len(folders) > depth else ""
    return split_of.get(SPLIT_OF.get(word, ""), "train")


def _folders(place: str) -> list[str]:
    return [part.lower() for part in PurePosixPath(place).parts[:-1]]
