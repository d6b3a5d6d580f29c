"""Where pictures come from: each source leaves one archive or more in a folder for train and one for test."""

import shutil
from functools import partial
from io import BytesIO
from itertools import chain
from pathlib import Path

from tqdm import tqdm

from stages.dataset.archives import Skip, folder_files, is_archive, pack
from stages.dataset.drawn import CLASSES, draw
from stages.dataset.workers import in_order
from stages.errors import InputError

PACKED = "pictures.zip"
SPLITS = ("train", "test")


def sample(folder: Path, numbers: dict[str, int], seed: int) -> None:
    """Draw the embedded sample: `numbers` of pictures for train and test, half of each class, on all cores."""
    for split, number in numbers.items():
        (folder / split).mkdir()
        wanted = [
            # Test's numbers start far off, so that train and test never share a drawing.
            (label, index + (split == "test") * 10**9, f"{label}/{label[:-1]}.{index + 1:05d}.jpg")
            for label, share in zip(CLASSES, ((number + 1) // 2, number // 2), strict=True)
            for index in range(share)
        ]
        drawn = tqdm(
            in_order(partial(_drawn_jpeg, seed=seed), wanted),
            f"drawing {split}",
            len(wanted),
            unit="picture",
            disable=None,
        )
        pack(
            ((name, lambda jpeg=jpeg: jpeg) for (*_, name), jpeg in zip(wanted, drawn, strict=True)),
            folder / split / PACKED,
        )


def _drawn_jpeg(wanted: tuple[str, int, str], seed: int) -> bytes:
    label, index, _ = wanted
    stream = BytesIO()
    draw(label, index, seed).save(stream, "JPEG", quality=90)
    return stream.getvalue()


def local(folder: Path, places: dict[str, str], skip: Skip) -> None:
    """Copy what lies at `places` (train and test, a folder or an archive each): a folder is packed, an archive copied.

    Raises InputError for a place that is not there, is empty, or is no archive.
    """
    for split, place in places.items():
        path = Path(place).expanduser()
        key = f"data.local.{split}"
        (folder / split).mkdir()
        if not path.exists():
            raise InputError(f"{key} names {path}, which is not there; name a folder or a zip or tar archive.")
        if path.is_dir():
            files = iter(folder_files(path, skip))
            one = next(files, None)
            if one is None:
                raise InputError(f"{key} names {path}, which holds no files; put one folder of pictures a class in it.")
            progress = tqdm(chain([one], files), f"packing {split}", unit="file", disable=None)
            pack(progress, folder / split / PACKED)
        elif is_archive(path):
            shutil.copyfile(path, folder / split / path.name)
        else:
            raise InputError(
                f"{key} names {path}, which is not a zip or tar archive, or is empty or cut short; fetch it again."
            )
