"""The class is the folder at the depth that is the same in train and test."""

import pytest

from transfer.dataset.class_folders import label_by_folder

BOTH = ("train", "test")


@pytest.mark.parametrize(
    "folders, wanted, labels",
    [
        ({"train": ["cats", "dogs"], "test": ["cats", "dogs"]}, [], ["cats", "dogs"]),
        # Below the class lie patients, others in test, or the same.
        ({"train": ["cats/p1", "cats/p2", "dogs/p3"], "test": ["cats/p8", "dogs/p9"]}, [], ["cats", "dogs"]),
        ({split: ["cats/p1", "cats/p2", "dogs/p1", "dogs/p2"] for split in BOTH}, [], ["cats", "dogs"]),
        ({split: ["cats/p1", "cats/p2", "dogs/p1", "dogs/p2"] for split in BOTH}, ["p1", "p2"], ["p1", "p2"]),
        # Above it lie years, others in test; then some classes in years and some not.
        ({"train": ["2019/cats", "2020/dogs"], "test": ["2021/cats", "2022/dogs"]}, [], ["cats", "dogs"]),
        ({"train": ["cats", "2019/dogs", "2020/dogs"], "test": ["cats", "dogs"]}, [], ["cats", "dogs"]),
        # A class is missing in test, one is in another case, and nothing is divided.
        ({"train": ["cats/a", "dogs/b", "owls/c"], "test": ["cats/d", "owls/e"]}, [], ["cats", "dogs", "owls"]),
        ({"train": ["cats/a", "dogs/a"], "test": ["Cats/b", "DOGS/c"]}, [], ["Cats", "DOGS", "cats", "dogs"]),
        ({"all": ["cats/p1", "cats/p2", "dogs/p1"]}, [], ["cats", "dogs"]),
    ],
)
def test_the_depth_that_agrees_is_chosen(folders, wanted, labels):
    names = [f"{split}/{folder}/1.jpg" for split, inner in folders.items() for folder in inner]
    labelling = label_by_folder(names, wanted)
    assert sorted({labelling.label_of(name) for name in names}) == labels


def test_what_was_decided_is_said_if_there_was_something_to_decide():
    plain = [f"{split}/{label}/1.jpg" for split in BOTH for label in ("cats", "dogs")]
    assert label_by_folder(plain).notes == ()
    nested = [f"{split}/{label}/p{i}/1.jpg" for split in BOTH for label in ("cats", "dogs") for i in range(2)]
    (note,) = label_by_folder(nested).notes
    assert note.startswith("classes are the folders that lie first below each split (cats, dogs); p0, p1 could be, if")


def test_a_picture_outside_every_class_folder_has_no_label():
    names = ["train/cats/a/1.jpg", "train/dogs/a/1.jpg", "test/cats/a/1.jpg", "test/dogs/a/1.jpg", "test/2.jpg"]
    assert label_by_folder(names).label_of("test/2.jpg") == ""
    assert label_by_folder([]).label_of("test/2.jpg") == ""
