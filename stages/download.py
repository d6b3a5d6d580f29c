"""download: bring the pictures of the chosen source to data/raw, as archives, with a manifest of what arrived."""

import csv
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from transfer.dataset.archives import OnSkip
from transfer.dataset.checksums import sha256
from transfer.dataset.raw_folders import FOLDERS
from transfer.dataset.sources import Origin
from transfer.project.outputs import atomic_folder
from transfer.project.params import load_params
from transfer.project.runner import run_stage
from transfer.project.schema import Params
from transfer.project.schema_data import Dvc, GoogleDrive, HuggingFace, Kaggle, Local, Sample, Url
from transfer.project.source_record import refresh_record

DOWNLOADS = Path("data/.download")  # files that have arrived: a run after a broken one goes on from there


def main() -> None:
    params = load_params()
    with atomic_folder("data/raw") as folder:
        with table(folder / "skipped.csv", "file", "reason", "detail") as skipped:
            origins = bring(params, folder, lambda *member: skipped.writerow(member))
        if params.data.labels and params.data.labels.table:
            refresh_record({"labels": params.data.labels.table})
            from transfer.dataset.sources.labels_table import bring_table

            bring_table(folder, params.data.labels.table)
        with table(folder / "manifest.csv", "split", "file", "bytes", "sha256") as manifest:
            manifest.writerows(list_archives(folder, origins))
        with table(folder / "origins.csv", "split", "origin", "bytes", "sha256") as sources:
            sources.writerows((origin.split, origin.address, origin.bytes, origin.sha256) for origin in origins)
    shutil.rmtree(DOWNLOADS, ignore_errors=True)


def bring(params: Params, folder: Path, on_skip: OnSkip) -> list[Origin]:
    """Fill folder/train, folder/test, ... from the chosen source; returns the origins of what was fetched.

    Only that one is imported: together they take as long to import as all the rest.

    on_skip: called as FOLDER/name for each file that is left out
    """
    match params.data.chosen:
        case Sample() as it:
            from transfer.dataset.sources import sample

            return sample.bring(folder, it.classes, it.train, it.test, params.seed.data)
        case Local() as it:
            from transfer.dataset.sources import local

            refresh_record(it.places)
            return local.bring(folder, on_skip, it.train, it.validation, it.test)
        case Url() as it:
            from transfer.dataset.sources import url

            return url.bring(folder, DOWNLOADS, it.train, it.test, it.train_sha256, it.test_sha256)
        case GoogleDrive() as it:
            from transfer.dataset.sources import google_drive

            return google_drive.bring(folder, on_skip, DOWNLOADS, it.train, it.test)
        case Dvc() as it:
            from transfer.dataset.sources import dvc

            return dvc.bring(folder, on_skip, DOWNLOADS, it.repo, it.path, it.rev)
        case HuggingFace() as it:
            from transfer.dataset.sources import huggingface

            return huggingface.bring(folder, on_skip, DOWNLOADS, it.repo, it.path, it.revision)
        case Kaggle() as it:
            from transfer.dataset.sources import kaggle

            return kaggle.bring(folder, DOWNLOADS, it.dataset, it.version)


def list_archives(folder: Path, origins: list[Origin]) -> Iterator[tuple[str, str, int, str]]:
    """One row for each archive that the stages after this one read: split, file, bytes, sha256."""
    known = {origin.archive: origin.sha256 for origin in origins}
    for split in (name for name in FOLDERS if (folder / name).is_dir()):
        for path in sorted((folder / split).iterdir()):
            yield split, path.name, path.stat().st_size, known.get(path) or sha256(path)


@contextmanager
def table(path: Path, *header: str) -> Iterator:
    """A writer of a CSV file with this header; characters that cannot be encoded are escaped."""
    with path.open("w", newline="", encoding="utf-8", errors="backslashreplace") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        yield writer


if __name__ == "__main__":
    sys.exit(run_stage(main))
