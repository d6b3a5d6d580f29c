"""The drawn sample: the same bytes each time, and nothing of train in test."""

import hashlib

from tests.in_process import packed, rows


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
    project.set(seed=8)
    project.stage("download")
    assert project.files("data/raw") != first


def test_train_and_test_of_the_sample_share_nothing(project):
    project.set(**{"data.sample.test": 24})
    project.stage("download")
    train, test = (set(packed(project, split).values()) for split in ("train", "test"))
    assert len(train) == len(test) == 24 and not train & test
