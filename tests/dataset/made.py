"""Pictures of which only the names are known."""

from pathlib import PurePosixPath

from transfer.dataset.labelling import label_all
from transfer.dataset.labels import Picture
from transfer.dataset.pictures import Prepared
from transfer.dataset.rejects import Rejects

SOUND = ["train/cats/1.jpg", "train/dogs/2.jpg", "test/cats/3.jpg", "test/dogs/4.jpg"]


def pictures_named(*names: str) -> list[Picture]:
    return [Picture(name, Prepared(b"", "0", "0", 30, 20, b""), 0) for name in names]


def arranged(*names: str, spellings=("dogs",), rejects: Rejects | None = None) -> list[Picture]:
    """Pictures with these names, labelled by their folders."""
    return label_all(pictures_named(*names), rejects or Rejects(), wanted=spellings)[0]


def holder(name: str) -> str:
    """The folder that holds a file."""
    return PurePosixPath(name).parent.name
