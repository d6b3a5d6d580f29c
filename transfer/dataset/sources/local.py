"""Pictures that are on this machine already."""

import shutil
from itertools import chain
from pathlib import Path

from tqdm import tqdm

from transfer.dataset.archives import Skip, is_archive, pictures_of, skip_below
from transfer.dataset.folders import folder_files
from transfer.dataset.packing import pack
from transfer.dataset.sources import PACKED, Origin
from transfer.errors import InputError


def bring(folder: Path, skip: Skip, **places: str) -> list[Origin]:
    """Take what lies at `places` (train=, test=, a folder or an archive each): a folder is packed, an archive copied.

    Raises InputError for a place that is not there, is empty, or is no archive.
    """
    for split, place in places.items():
        path = Path(place).expanduser()
        key = f"data.local.{split}"
        (folder / split).mkdir()
        if not path.exists():
            raise InputError(f"{key} names {path}, which is not there; name a folder or a zip or tar archive.")
        if path.is_dir():
            files = folder_files(path, skip_below(split, skip))
            one = next(files, None)
            if one is None:
                raise InputError(f"{key} names {path}, which holds no files; put one folder of pictures a class in it.")
            progress = tqdm(chain([one], files), f"packing {split}", unit="file", disable=None)
            pack(pictures_of(progress, skip_below(split, skip)), folder / split / PACKED)
        elif is_archive(path):
            shutil.copyfile(path, folder / split / path.name)
        else:
            raise InputError(
                f"{key} names {path}, which is not a zip or tar archive, or is empty or cut short; fetch it again."
            )
    return []
