"""The archives that the stage download leaves: in one folder a split, or in one for all where nothing is divided."""

from pathlib import Path

UNDIVIDED = "all"
FOLDERS = ("train", "validation", "test", UNDIVIDED)


def list_archives(raw: Path) -> list[Path]:
    """The archives of train, then those of validation, test and undivided ones, by name."""
    folders = [raw / name for name in FOLDERS if (raw / name).is_dir()]
    return [archive for folder in folders for archive in sorted(folder.iterdir())]
