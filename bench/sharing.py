"""Row sharing: a whole run to a remote and back."""

import csv
import shutil
from collections.abc import Iterator
from pathlib import Path

from bench.harness import Measured, Sizes
from bench.projects import DVC, Project


def sharing(sizes: Sizes, folder: Path, rounds: int, rows: list[str]) -> Iterator[Measured]:
    """`dvc push` to an empty remote, a folder on the same disk, and `dvc pull` into an empty cache."""
    stored = Project(
        folder / "stored",
        {**sizes.source, "image.size": sizes.size, "head.epochs": 2, "finetune.epochs": 0},
    )
    stored.repro()
    # The same outputs, but the pictures as they came and as they were prepared are one file each.
    files = Project(folder / "files", {})
    for name in ("data", "models", "reports"):
        shutil.copytree(stored.folder / name, files.folder / name, dirs_exist_ok=True)
    shutil.rmtree(files.folder / "data/raw")
    stored.unpacked(files.folder / "data/raw")
    count = split_up(files.folder / "data/prepared")
    shutil.rmtree(files.folder / ".dvc/tmp", ignore_errors=True)
    for name in ("dvc.yaml", ".gitignore"):  # DVC adds nothing that Git ignores
        (files.folder / name).unlink()
    models = [f"models/{path.name}" for path in sorted((files.folder / "models").iterdir())]
    files.seconds(DVC, "add", "-q", "data/raw", "data/prepared", "data/features", *models, "reports")
    for project in (stored, files):
        project.seconds(DVC, "remote", "add", "-q", "-d", "store", str(folder / f"{project.folder.name}-remote"))

    sides = [], []
    for _ in range(rounds):
        for project, side in zip((stored, files), sides, strict=True):
            shutil.rmtree(folder / f"{project.folder.name}-remote", ignore_errors=True)
            pushed = project.seconds(DVC, "push", "-q")
            outputs = [path for name in ("data", "models") for path in (project.folder / name).iterdir()]
            for path in (*outputs, *(project.folder / name for name in ("reports", ".dvc/cache", ".dvc/tmp"))):
                if path.is_dir():
                    shutil.rmtree(path)
            side.append(pushed + project.seconds(DVC, "pull", "-q"))
    what = f"{count:,} pictures ({sizes.pictures}), as they came and prepared, with features, models and report"
    yield Measured("sharing", *sides, note=f"{what}; the remote is a folder")


def split_up(prepared: Path) -> int:
    """Put every picture of a store into a file of its own, in place of images.bin; returns how many there are."""
    content = (prepared / "images.bin").read_bytes()
    with (prepared / "manifest.csv").open(newline="") as file:
        pictures = list(csv.DictReader(file))
    for picture in pictures:
        start = int(picture["offset"])
        (prepared / f"{picture['id']}.jpg").write_bytes(content[start : start + int(picture["bytes"])])
    (prepared / "images.bin").unlink()
    return len(pictures)
