"""Splits that folders name: train, val, test, ..."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath

WORDS = {
    "train": ("train", "training", "trn"),
    "validation": ("val", "valid", "validation", "validate", "dev", "eval", "evaluation"),
    "test": ("test", "testing", "tst", "holdout"),
}
SPLIT_OF = {word: split for split, words in WORDS.items() for word in words}
# What folders may have beside the word: test_set, trainset, images-val, val2017, train1.
OTHER_WORDS = ("set", "dataset", "data", "images", "image", "imgs", "img", "pictures", "split", "folder")
GLUED = re.compile(rf"^({'|'.join(SPLIT_OF)})({'|'.join(OTHER_WORDS)})?\d*$")


@dataclass(frozen=True)
class SplitRule:
    """Gives each place its split, by a folder in it.

    depth: of that folder, from 0
    split_of: the split that counts for the one that the folder names
    around: what folders have beside that word, such as "seg" of seg_train and seg_test
    others: folders at that depth, in lower case, that name no split, and train
    """

    depth: int
    split_of: dict[str, str]
    around: str
    others: tuple[str, ...]

    def __call__(self, place: str) -> str:
        folders = _folders(place)
        split, around = _named(folders[self.depth]) if len(folders) > self.depth else ("", "")
        return self.split_of.get(split, split) if split and around == self.around else "train"


def split_rule(places: Iterable[str], has_test: bool) -> SplitRule | None:
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
        folders = {each[depth] for each in parts if len(each) > depth}
        named = {folder: _named(folder) for folder in folders}
        for around in sorted({around for _, around in named.values()}):
            found = {split for split, own in named.values() if own == around and split}
            if has_test:
                found -= {"test"}
            if "train" in found and found & {"validation", "test"}:
                spare = "validation" if has_test or "test" in found else "test"
                split_of = {"validation": spare, "test": "train" if has_test else "test"}
                others = sorted(folder for folder, (split, own) in named.items() if not split or own != around)
                return SplitRule(depth, split_of, around, tuple(others))
    return None


def _named(folder: str) -> tuple[str, str]:
    """The split that a folder's name has a word for, "" for none or several; and the name's other words."""
    words = [word for word in re.split(r"[-_. ]+", folder) if word and word not in OTHER_WORDS]
    splits = [(match[1], word) for word in words if (match := GLUED.match(word))]
    if len(splits) != 1:
        return "", " ".join(words)
    ((word, as_written),) = splits
    return SPLIT_OF[word], " ".join(other for other in words if other != as_written and not other.isdigit())


def _folders(place: str) -> list[str]:
    return [part.lower() for part in PurePosixPath(place).parts[:-1]]
