"""The drawn sample: the same bytes each time, and nothing of train in test."""

import hashlib
from collections import Counter

import pytest

from tests.in_process import assert_sentence, packed, rows


def test_the_sample_is_the_same_bytes_each_time(project):
    project.stage("download")
    first = project.files("data/raw")
    names = list(packed(project, "train"))
    assert len(names) == 24 and names[0] == "cats/cat.00001.jpg"
    for row in rows(project, "data/raw/manifest.csv"):
        content = first[f"data/raw/{row['split']}/{row['file']}"]
        assert (len(content), hashlib.sha256(content).hexdigest()) == (int(row["bytes"]), row["sha256"])
    project.stage("download")
    assert project.files("data/raw") == first
    project.set(**{"seed.data": 8})
    project.stage("download")
    assert project.files("data/raw") != first


def test_train_and_test_of_the_sample_share_nothing(project):
    project.set(**{"data.sample.test": 24})
    project.stage("download")
    train, test = (set(packed(project, split).values()) for split in ("train", "test"))
    assert len(train) == len(test) == 24 and not train & test


def test_classes_share_the_pictures_evenly(in_process):
    in_process.set(**{"data.sample.classes": ["foxes", "cats", "rabbits"], "data.sample.train": 25})
    in_process.stage("download")
    names = list(packed(in_process, "train"))
    assert Counter(name.split("/")[0] for name in names) == {"cats": 9, "rabbits": 8, "foxes": 8}
    assert names[0] == "cats/cat.00001.jpg" and names[-1] == "foxes/fox.00008.jpg"


def test_neither_the_order_of_classes_nor_the_others_change_a_drawing(in_process):
    drawn, members = [], []
    for classes in (["cats", "dogs", "bears"], ["bears", "dogs", "cats"], ["dogs", "cats"]):
        in_process.set(**{"data.sample.classes": classes})
        in_process.stage("download")
        drawn.append(in_process.files("data/raw"))
        members.append(packed(in_process, "train"))
    assert drawn[0] == drawn[1] != drawn[2]
    both = members[0].keys() & members[2].keys()
    assert len(both) == 16 and {name for name in both if members[0][name] == members[2][name]} == both


@pytest.mark.parametrize(
    "key, value, said",
    [
        ("classes", ["cats", "dogs", "cats"], "data.sample.classes should name each class once; found ['cats', 'dogs'"),
        ("classes", ["cats"], "data.sample.classes should have at least 2 items"),
        ("classes", ["cats", "cows"], "data.sample.classes.1 should be 'cats', 'dogs', 'rabbits', 'bears' or 'foxes'"),
        ("train", 8, "data.sample.train should be at least 12, 4 of each class; found 8."),
        ("test", 5, "data.sample.test should be at least 6, 2 of each class; found 5."),
    ],
)
def test_what_cannot_be_drawn_is_said_in_a_sentence(in_process, key, value, said):
    in_process.set(**{"data.sample.classes": ["cats", "dogs", "foxes"]})
    in_process.set(**{f"data.sample.{key}": value})
    done = in_process.stage("download", code=2)
    assert_sentence(done, f"error: params.yaml: {said}")
