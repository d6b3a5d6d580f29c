"""A head of cats and dogs does not take flowers and X-rays for either: on real pictures."""

import csv
import zipfile
from pathlib import Path

import pytest

from tests.conftest import Project

TRAIN, TEST, OTHERS = 400, 100, 50  # photographs; pictures of each other kind


def unpack(archive: Path, folder: Path, count: int) -> None:
    """So many pictures of an archive, evenly spread over it."""
    with zipfile.ZipFile(archive) as pictures:
        names = sorted(name for name in pictures.namelist() if name.endswith((".jpg", ".jpeg", ".png")))
        pictures.extractall(folder, names[:: len(names) // count][:count])


@pytest.mark.slow
def test_pictures_of_other_kinds_are_unlike_and_those_of_the_same_kind_are_not(project: Project, photographs, tmp_path):
    for archive, count in (("cats-dogs-train", TRAIN), ("cats-dogs-test", TEST), ("flowers-test", OTHERS)):
        unpack(photographs / f"{archive}.zip", tmp_path / archive, count)
    unpack(photographs / "xray-test.zip", tmp_path / "xray-test", OTHERS)
    project.set(
        **{
            "data.source": "local",
            "data.local.train": str(tmp_path / "cats-dogs-train"),
            "data.local.test": str(tmp_path / "cats-dogs-test"),
            "image.size": 160,
            "backbone.weights": "imagenet",
            "head.epochs": 100,
        }
    )
    for stage in ("download", "preprocess", "feature_extract", "train_head"):
        project.stage(stage)
    folders = ("cats-dogs-test", "flowers-test", "xray-test")
    project.transfer("predict", *(str(tmp_path / name) for name in folders), "--model", "head", "--csv", "out.csv")
    with (project.folder / "out.csv").open(newline="") as table:
        calls = list(csv.DictReader(table))
    unlike = {
        name: sum(row["unsure"].startswith("unlike") for row in calls if f"/{name}/" in row["file"]) for name in folders
    }
    assert unlike["xray-test"] >= 0.95 * OTHERS and unlike["flowers-test"] >= 0.8 * OTHERS
    assert unlike["cats-dogs-test"] <= 0.05 * TEST
