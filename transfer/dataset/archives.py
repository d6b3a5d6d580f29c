"""Reading pictures from archives: which members are read, and which are left out and why."""

import zipfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path, PurePosixPath

from transfer.dataset.archive_members import DAMAGE, MAX_BYTES, Member, archive_members
from transfer.dataset.file_names import ARCHIVE_SUFFIXES, is_junk, is_unsafe
from transfer.dataset.picture_header import MAX_BYTES_A_PIXEL, TIFF, declared_pixels
from transfer.errors import InputError

MAX_MEMBERS = 5_000_000
MAX_RATIO = 200  # of unpacked to packed bytes, in a member of over 1 MiB whose start does not explain it
HEAD = 2**16  # bytes in which a picture's header lies, but for a TIFF's
ALL_MEMBERS = range(MAX_MEMBERS + 1)

OnSkip = Callable[[str, str, str], None]  # called with the name, the reason and a detail of each file that is left out


def prefix_names(on_skip: OnSkip, prefix: str) -> OnSkip:
    """`on_skip` that gets each name as PREFIX/name."""
    return lambda name, reason, detail: on_skip(f"{prefix}/{name}", reason, detail)


def read_files(files: Iterable[tuple[str, Path]], on_skip: OnSkip) -> Iterator[tuple[str, bytes]]:
    """Yield (name, content) of each file, and of each picture in those that are archives.

    A member is named after its archive without the suffix: `train/cats.zip` with a member `1.jpg` gives
    `train/cats/1.jpg`, which puts it into the class of its archive.

    files: (name, path)
    on_skip: called for each file and member that is left out
    Raises InputError for a file that is named like an archive and cannot be read as one.
    """
    for name, path in files:
        suffix = next((suffix for suffix in ARCHIVE_SUFFIXES if name.lower().endswith(suffix)), None)
        if suffix:
            stem = name[: -len(suffix)]
            for member, content in read_pictures(path, prefix_names(on_skip, stem)):
                yield f"{stem}/{member}", content
        elif path.stat().st_size > MAX_BYTES:
            on_skip(name, "too_many_bytes", f"{path.stat().st_size:,} bytes")
        else:
            try:
                content = path.read_bytes()
            except OSError as error:
                on_skip(name, "unreadable", error.strerror)
            else:
                yield name, content


def member_ranges(archive: Path, size: int) -> list[range]:
    """Divide the members of an archive into ranges for `read_pictures`.

    size: members in a range at most, directories included; a tar has no directory of its members and is one range
    Raises InputError for a zip that is broken.
    """
    if not zipfile.is_zipfile(archive):
        return [ALL_MEMBERS]
    try:
        with zipfile.ZipFile(archive) as source:
            return [range(first, first + size) for first in range(0, max(1, len(source.filelist)), size)]
    except DAMAGE as error:
        raise _broken(archive, error) from None


def read_pictures(archive: Path, on_skip: OnSkip, members: range = ALL_MEMBERS) -> Iterator[tuple[str, bytes]]:
    """Yield (name, content) of every member that may be a picture, in the archive's order.

    Files that file managers leave behind are ignored. Links, devices, encrypted and oversized members, archives, and
    names that are absolute, climb out or occurred before are reported and never opened.

    archive: a zip or a tar
    on_skip: called for each member that is left out
    members: positions, from 0, of the members to read and report. Consecutive ranges together yield what one range over
        all yields: the names of earlier members are read too, so that duplicates are found.
    Raises InputError for a file that is no archive, is broken, or has more than MAX_MEMBERS members.
    """
    names: set[str] = set()
    try:
        for position, member in enumerate(archive_members(archive)):
            if position >= members.stop:
                break
            if position >= MAX_MEMBERS:
                raise InputError(f"{archive} has more than {MAX_MEMBERS:,} members; split it.")
            name = PurePosixPath(member.name.replace("\\", "/")).as_posix()
            if is_junk(name) and not member.problem:
                continue
            problem = member.problem or _problem(member, name in names)
            if not problem:
                names.add(name)
            if position not in members:
                continue
            if not problem:
                try:
                    problem = _bomb(member)
                    content = b"" if problem else member.read(-1)
                except DAMAGE as error:
                    problem = ("damaged_member", _in_one_line(error))
            if problem:
                on_skip(member.name.replace("\\", "/"), *problem)
            else:
                yield name, content
    except DAMAGE as error:
        raise _broken(archive, error) from None


def _problem(member: Member, is_duplicate: bool) -> tuple[str, str] | None:
    """The reason and the detail of why a plain member is left out unread, or None."""
    name = member.name.replace("\\", "/")
    if is_unsafe(name):
        return "unsafe_name", "absolute, or climbs out of the archive"
    if is_duplicate:
        return "duplicate_name", "the archive has this name twice"
    if name.lower().endswith(ARCHIVE_SUFFIXES):
        return "nested_archive", "unpack it, or name it as the source"
    return None


def _bomb(member: Member) -> tuple[str, str] | None:
    """The reason and the detail of why a member is not unpacked, or None.

    Uncompressed pictures shrink much if they are plain, so one that shrinks too much has its start unpacked: if that
    declares as many pixels as there are bytes, it is what it seems, and image.max_pixels decides later.
    """
    reason = "too_many_bytes", f"{member.size:,} bytes unpacked, {member.packed:,} packed"
    if member.size > MAX_BYTES:
        return reason
    if member.size <= max(2**20, member.packed * MAX_RATIO):
        return None
    head = member.read(HEAD)
    pixels = declared_pixels(member.read(-1) if head[:4] in TIFF else head)
    return None if member.size <= pixels * MAX_BYTES_A_PIXEL + HEAD else reason


def _broken(archive: Path, error: Exception) -> InputError:
    return InputError(f"{archive} is broken ({_in_one_line(error)}); fetch it again.")


def _in_one_line(error: Exception) -> str:
    return " ".join(str(error).split())
