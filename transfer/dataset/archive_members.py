"""The members of zip and tar archives, read one at a time: nothing is ever unpacked to a path that an archive names."""

import bz2
import gzip
import lzma
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from transfer.errors import InputError

MAX_BYTES = 256 * 2**20  # of one member, unpacked: no photograph comes near
# The exceptions that the standard library raises for damaged archives. RuntimeError: an encrypted member whose header
# does not say so. ValueError, OverflowError, NotImplementedError: a header that makes no sense.
DAMAGE = (zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError, EOFError, NotImplementedError, ValueError)
DAMAGE += (OSError, OverflowError, RuntimeError)


METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)
ZIP_AGAIN = "extract it and zip it again"
OTHER_ARCHIVES = {b"7z\xbc\xaf\x27\x1c": "7z", b"Rar!\x1a\x07": "RAR", b"\x28\xb5\x2f\xfd": "Zstandard"}
OTHER_ARCHIVES |= {b"\x1f\x9d": "compress (.Z)", b"MSCF": "cabinet", b"\x04\x22\x4d\x18": "LZ4"}


@dataclass(frozen=True, slots=True)
class Member:
    """A member of an archive that is no directory.

    name: as the archive spells it
    size: bytes unpacked, by the member's header
    packed: bytes in the archive, by the member's header; of a tar, which is compressed as one, the same as `size`
    read: returns the first bytes of the content, as many as asked for, or with -1 all; raises one of DAMAGE
    problem: (reason, detail) of a member that must not be read, else None
    """

    name: str
    size: int
    packed: int
    read: Callable[[int], bytes]
    problem: tuple[str, str] | None = None


def is_archive(path: Path) -> bool:
    """Whether `path` is a file that opens as a zip or a tar, whatever its name says."""
    return path.is_file() and (_is_tar(path) or zipfile.is_zipfile(path))


def other_kind(path: Path) -> str | None:
    """The kind of an archive that is not read; None: the file is no such archive."""
    with path.open("rb") as file:
        start = file.read(8)
    return next((kind for magic, kind in OTHER_ARCHIVES.items() if start.startswith(magic)), None)


def explain_no_archive(path: Path) -> str:
    """What is wrong with a file that is no zip or tar, and what to do: the end of a sentence that begins with it."""
    if kind := other_kind(path):
        return f"is an archive of the kind {kind}, which is not read; {ZIP_AGAIN}."
    return "is not a zip or tar archive, or it is empty or cut short; fetch it again."


def archive_members(archive: Path) -> Iterator[Member]:
    """Yield the members of a zip or a tar, in the archive's order.

    A member can only be read until the next one is yielded. Raises InputError for a file that is no archive, and one of
    DAMAGE for a broken one.
    """
    # A tar may end in a zip, but no zip begins with a tar.
    if _is_tar(archive):
        return _tar_members(archive)
    if zipfile.is_zipfile(archive):
        return _zip_members(archive)
    raise InputError(f"{archive} {explain_no_archive(archive)}")


def _zip_members(archive: Path) -> Iterator[Member]:
    with zipfile.ZipFile(archive) as source:
        members = source.infolist()[::-1]
        source.filelist.clear()
        source.NameToInfo.clear()
        while members:
            info = members.pop()  # freed after use: the directory of 25,000 members takes 15 MB
            if info.is_dir() or info.filename.endswith("\\"):  # so some Windows programs write folders
                continue
            problem = None
            if info.flag_bits & 0x1:
                problem = ("encrypted", "the archive's member has a password")
            elif (kind := stat.S_IFMT(info.external_attr >> 16)) not in (0, stat.S_IFREG):
                problem = ("link" if kind == stat.S_IFLNK else "special_file", "not a plain file")
            elif info.compress_type not in METHODS:
                method = zipfile.compressor_names.get(info.compress_type, f"method {info.compress_type}")
                problem = ("unread_compression", f"compressed by {method}: {ZIP_AGAIN}")

            def read(size: int, info: zipfile.ZipInfo = info) -> bytes:
                with source.open(info) as stream:
                    return stream.read(size)

            yield Member(_name(info), info.file_size, info.compress_size, read, problem)


def _name(info: zipfile.ZipInfo) -> str:
    """The name of a zip's member. macOS writes UTF-8 without saying so, which reads as code page 437."""
    if info.flag_bits & 0x800:
        return info.filename
    try:
        return info.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return info.filename


def _tar_members(archive: Path) -> Iterator[Member]:
    with _decompressed(archive) as stream, tarfile.open(fileobj=stream, mode="r:") as source:
        for info in source:
            source.members = []  # tarfile would keep every header
            if info.isdir():
                continue
            problem = None
            if not info.isreg():
                problem = ("link" if info.islnk() or info.issym() else "special_file", "not a plain file")

            def read(size: int, info: tarfile.TarInfo = info) -> bytes:
                return source.extractfile(info).read(size)

            yield Member(info.name, info.size, info.size, read, problem)


def _is_tar(path: Path) -> bool:
    try:
        with _decompressed(path) as stream, tarfile.open(fileobj=stream, mode="r:"):
            return True
    except DAMAGE:
        return False


class _BoundedStream:
    """A stream that refuses to read much at once: tarfile would read an extended header of any size into memory."""

    def __init__(self, stream: BinaryIO):
        self.stream, self.seek, self.tell = stream, stream.seek, stream.tell

    def read(self, size: int) -> bytes:
        if size > MAX_BYTES:
            raise tarfile.ReadError(f"a header claims {size:,} bytes")
        return self.stream.read(size)


@contextmanager
def _decompressed(path: Path) -> Iterator[_BoundedStream]:
    """The bytes of a tar that may be compressed."""
    openers = {b"\x1f\x8b": gzip.open, b"BZ": bz2.open, b"\xfd7": lzma.open}
    with path.open("rb") as file:
        opener = openers.get(file.read(2), open)
    with opener(path, "rb") as stream:
        yield _BoundedStream(stream)
