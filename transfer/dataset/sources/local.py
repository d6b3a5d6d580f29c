"""Pictures that are on this machine already."""

import os
import shutil
from itertools import chain
from pathlib import Path

from transfer.dataset.archive_members import explain_no_archive, is_archive
from transfer.dataset.archives import OnSkip, prefix_names, read_files
from transfer.dataset.folders import folder_files
from transfer.dataset.packing import pack
from transfer.dataset.progress import show_progress
from transfer.dataset.raw_folders import UNDIVIDED
from transfer.dataset.sources import PACKED, Origin
from transfer.errors import InputError


def bring(folder: Path, on_skip: OnSkip, train: str, validation: str | None, test: str | None) -> list[Origin]:
    """Pack a folder into an archive, or copy an archive, for each split.

    folder: gets the folders train, validation and test; or UNDIVIDED in place of train, where there is no test
    on_skip: called as FOLDER/name for each file that is left out
    train, validation, test: path of a folder or of an archive; None: there is none
    Returns no origins: nothing was fetched.
    Raises InputError for a path that is not there, is empty, or is no archive.
    """
    for key, place in (("train", train), ("validation", validation), ("test", test)):
        if place is not None:
            split = UNDIVIDED if key == "train" and test is None else key
            (folder / split).mkdir()
            _bring_split(f"data.local.{key}", split, Path(place).expanduser(), folder / split, on_skip)
    return []


def _bring_split(key: str, split: str, path: Path, target: Path, on_skip: OnSkip) -> None:
    if not os.access(path, os.F_OK):  # as, too, where a folder above may not be read
        raise InputError(f"{key} names {path}, which is not there; name a folder or a zip or tar archive.")
    if not os.access(path, os.R_OK | os.X_OK if path.is_dir() else os.R_OK):
        raise InputError(f"{key} names {path}, which may not be read; see its permissions.")
    if path.is_dir():
        files = folder_files(path, prefix_names(on_skip, split))
        first = next(files, None)
        if first is None:
            raise InputError(f"{key} names {path}, which holds no files; put one folder of pictures a class in it.")
        progress = show_progress(chain([first], files), f"packing {split}", "file")
        pack(read_files(progress, prefix_names(on_skip, split)), target / PACKED)
    elif is_archive(path):
        shutil.copyfile(path, target / path.name)
    else:
        raise InputError(f"{key} names {path}, which {explain_no_archive(path)}")
