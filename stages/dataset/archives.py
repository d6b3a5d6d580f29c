"""Pictures in and out of archives, one member at a time in memory: nothing is ever unpacked to a path it names."""

import hashlib
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path, PurePosixPath

from stages.errors import InputError

MAX_MEMBERS = 5_000_000
MAX_BYTES = 256 * 2**20  # of one member, unpacked: no photograph comes near
ARCHIVE_SUFFIXES = (".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz")
JUNK = {"thumbs.db", "desktop.ini", "ehthumbs.db", "icon\r"}

Skip = Callable[[str, str, str], None]  # told of each member that is passed over: its name, the reason, a detail


def is_archive(path: Path) -> bool:
    """Whether `path` is a file that opens as a zip or a tar, whatever its name says."""
    return path.is_file() and (zipfile.is_zipfile(path) or tarfile.is_tarfile(path))


def pack(files: Iterable[tuple[str, Callable[[], bytes]]], archive: Path) -> None:
    """Write a zip, uncompressed (pictures are already), whose bytes depend only on the names and contents given.

    files: pairs of a member's name and a function that gives its content, in the order they are to lie.
    """
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as target:
        for name, content in files:
            target.writestr(zipfile.ZipInfo(name), content())  # ZipInfo's date defaults to 1980-01-01


def folder_files(folder: Path, skip: Skip) -> Iterator[tuple[str, Callable[[], bytes]]]:
    """The files below a folder, sorted by name, as `pack` takes them; links that lead out of it are passed over."""
    root = folder.resolve()
    for path in sorted(folder.rglob("*"), key=lambda found: found.relative_to(folder).as_posix()):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink() and not path.resolve().is_relative_to(root):
            skip(name, "link", "leads out of the folder")
        elif path.is_file() and not is_junk(name):
            yield name, path.read_bytes


def is_junk(name: str) -> bool:
    """Whether a name is one of those that file managers leave behind: hidden, __MACOSX, Thumbs.db, ..."""
    parts = PurePosixPath(name).parts
    return any((part.startswith(".") and part != "..") or part == "__MACOSX" for part in parts) or (
        bool(parts) and parts[-1].lower() in JUNK
    )


def read_pictures(archive: Path, skip: Skip) -> Iterator[tuple[str, bytes]]:
    """Yield (name, content) of every member that may be a picture, in the archive's order.

    What file managers leave behind is ignored. Links, devices, encrypted or oversized members, names that are absolute
    or climb out, names that occurred before, and archives in the archive are told to `skip` and never opened.
    Raises InputError for a file that is no archive, is broken, or has more than MAX_MEMBERS members.
    """
    try:
        if zipfile.is_zipfile(archive):
            members = _zip_members(archive, skip)
        elif tarfile.is_tarfile(archive):
            members = _tar_members(archive, skip)
        else:
            raise InputError(f"{archive} is not a zip or tar archive, or it is empty or cut short; fetch it again.")
        seen = set()
        for count, (name, size, content) in enumerate(members):
            if count >= MAX_MEMBERS:
                raise InputError(f"{archive} has more than {MAX_MEMBERS:,} members; split it.")
            name = name.replace("\\", "/")
            path = PurePosixPath(name)
            if is_junk(name):
                continue
            if path.is_absolute() or ".." in path.parts or "\0" in name or (path.parts[:1] and ":" in path.parts[0]):
                skip(name, "unsafe_name", "absolute, or climbs out of the archive")
            elif path.as_posix() in seen:
                skip(name, "duplicate_name", "the archive has this name twice")
            elif name.lower().endswith(ARCHIVE_SUFFIXES):
                skip(name, "nested_archive", "unpack it, or name it as the source")
            elif size > MAX_BYTES:
                skip(name, "too_many_bytes", f"{size:,} bytes unpacked")
            else:
                seen.add(path.as_posix())
                try:
                    yield path.as_posix(), content()
                except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, OSError) as error:
                    skip(name, "damaged_member", " ".join(str(error).split()))
    except (zipfile.BadZipFile, tarfile.TarError, zlib.error, EOFError) as error:
        raise InputError(f"{archive} is broken ({' '.join(str(error).split())}); fetch it again.") from None


Member = tuple[str, int, Callable[[], bytes]]


def _zip_members(archive: Path, skip: Skip) -> Iterator[Member]:
    with zipfile.ZipFile(archive) as source:
        members = source.infolist()[::-1]
        source.filelist.clear()
        source.NameToInfo.clear()
        while members:
            info = members.pop()  # and forget it: 25,000 of them take 15 MB
            kind = stat.S_IFMT(info.external_attr >> 16)
            if info.is_dir():
                continue
            if info.flag_bits & 0x1:
                skip(info.filename, "encrypted", "the archive's member has a password")
            elif kind not in (0, stat.S_IFREG):
                skip(info.filename, "link" if kind == stat.S_IFLNK else "special_file", "not a plain file")
            else:
                yield info.filename, info.file_size, lambda info=info: source.read(info)


def _tar_members(archive: Path, skip: Skip) -> Iterator[Member]:
    with tarfile.open(archive) as source:
        for info in source:
            source.members = []  # tarfile would keep every header it has met
            if info.isdir():
                continue
            if not info.isreg():
                skip(info.name, "link" if info.islnk() or info.issym() else "special_file", "not a plain file")
            else:
                yield info.name, info.size, lambda info=info: source.extractfile(info).read()


def sha256(path: Path) -> str:
    """The sha256 of a file, hexadecimal, read in pieces."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(2**20):
            digest.update(piece)
    return digest.hexdigest()
