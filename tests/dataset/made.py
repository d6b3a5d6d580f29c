"""Pictures of which only the names are known."""

from transfer.dataset.labels import Picture, label_by_folder
from transfer.dataset.pictures import Prepared
from transfer.dataset.rejects import Rejects

SOUND = ["train/cats/1.jpg", "train/dogs/2.jpg", "test/cats/3.jpg", "test/dogs/4.jpg"]


def pictures_named(*names: str) -> list[Picture]:
    return [Picture(name, Prepared(b"", "0", "0", 30, 20, 0, b""), 0) for name in names]


def arranged(*names: str, spellings=("dogs",), rejects: Rejects | None = None) -> list[Picture]:
    """Pictures with these names, labelled by their folders."""
    return label_by_folder(pictures_named(*names), rejects or Rejects(), spellings)
