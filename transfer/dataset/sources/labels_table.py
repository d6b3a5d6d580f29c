"""The table of labels, which may lie on this machine or among the pictures."""

import shutil
from pathlib import Path

from transfer.dataset.archive_members import archive_members
from transfer.dataset.labels_table import SUFFIXES, TABLE
from transfer.dataset.raw_folders import list_archives
from transfer.errors import InputError


def bring_table(folder: Path, table: str) -> None:
    """Copy a table to labels.SUFFIX in a folder, from this machine or else from the archives in the folder.

    folder: has the archives that a source left
    table: path on this machine, or the end of the path of a member of an archive, in any case
    Raises InputError if it is in neither, or is no kind of table that is read.
    """
    suffix = Path(table).suffix.lower()
    if suffix not in SUFFIXES:
        raise InputError(f"data.labels.table is {table}; a table is one of {', '.join(SUFFIXES)}.")
    target, path = folder / f"{TABLE}{suffix}", Path(table).expanduser()
    if path.is_file():
        shutil.copyfile(path, target)
        return
    wanted = f"/{path.as_posix().lower().removeprefix('./')}"
    for archive in list_archives(folder):
        for member in archive_members(archive):
            if not member.problem and f"/{member.name}".lower().endswith(wanted):
                target.write_bytes(member.read())
                return
    raise InputError(f"data.labels.table names {table}, which is neither on this machine nor among the pictures.")
