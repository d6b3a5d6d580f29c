"""download: bring the pictures of the chosen source to data/raw, as archives, with a manifest of what arrived."""

import csv
import shutil
import sys
from functools import partial
from pathlib import Path

from transfer.dataset.checksums import sha256
from transfer.dataset.sources import SPLITS, dvc, google_drive, local, sample, url
from transfer.project.outputs import atomic_folder
from transfer.project.params import load_params
from transfer.project.runner import run_stage

DOWNLOADS = Path("data/.download")  # what has arrived, until all has: a run after a broken one goes on from there


def main() -> None:
    params = load_params()
    with atomic_folder("data/raw") as folder:
        with (folder / "skipped.csv").open("w", newline="", encoding="utf-8", errors="backslashreplace") as file:
            table = csv.writer(file, lineterminator="\n")
            table.writerow(["file", "reason", "detail"])

            def skip(*member: str) -> None:
                table.writerow(member)

            bring = {
                "sample": partial(sample.bring, seed=params.seed),
                "local": partial(local.bring, skip=skip),
                "url": partial(url.bring, skip=skip, downloads=DOWNLOADS),
                "google_drive": partial(google_drive.bring, skip=skip, downloads=DOWNLOADS),
                "dvc": partial(dvc.bring, skip=skip, downloads=DOWNLOADS),
            }
            origins = bring[params.data.source](folder, **params.data.chosen.model_dump())
        write(folder / "manifest.csv", ["split", "file", "bytes", "sha256"], arrivals(folder))
        write(folder / "origins.csv", ["split", "origin", "bytes", "sha256"], origins)
    shutil.rmtree(DOWNLOADS, ignore_errors=True)


def arrivals(folder: Path) -> list[tuple[str, str, int, str]]:
    """One row for each file that the stages after this one read."""
    return [
        (split, path.name, path.stat().st_size, sha256(path))
        for split in SPLITS
        for path in sorted((folder / split).iterdir())
    ]


def write(path: Path, header: list[str], rows: list[tuple]) -> None:
    with path.open("w", newline="", encoding="utf-8", errors="backslashreplace") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *rows])


if __name__ == "__main__":
    sys.exit(run_stage(main))
