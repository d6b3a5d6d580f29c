"""The table of labels, which may lie on this machine or among the pictures."""

import shutil
import unicodedata
from pathlib import Path

from transfer.dataset.archive_members import DAMAGE, MAX_BYTES, archive_members
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
    for archive in list_archives(folder):
        if content := _find_member(archive, f"/{_plain(path.as_posix()).removeprefix('./')}"):
            target.write_bytes(content)
            return
    raise InputError(f"data.labels.table names {table}, which is neither on this machine nor among the pictures.")


def _find_member(archive: Path, ending: str) -> bytes | None:
    """The content of the first member whose path, with a slash before it, ends so; in any case."""
    try:
        for member in archive_members(archive):
            if _plain(f"/{member.name}").endswith(ending) and not member.problem and member.size <= MAX_BYTES:
                return member.read(MAX_BYTES)
    except DAMAGE as error:
        raise InputError(f"{archive.name} is broken ({' '.join(str(error).split())}); bring it again.") from None
    return None


def _plain(path: str) -> str:
    """A path to compare: in lower case, NFC, with slashes."""
    return unicodedata.normalize("NFC", path.replace("\\", "/")).lower()
