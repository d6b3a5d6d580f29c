"""Pictures in and out of archives, one member at a time in memory: nothing is ever unpacked to a path it names."""

import bz2
import gzip
import lzma
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from transfer.dataset.file_names import ARCHIVE_SUFFIXES, is_junk, is_unsafe
from transfer.errors import InputError

MAX_MEMBERS = 5_000_000
MAX_BYTES = 256 * 2**20  # of one member, unpacked: no photograph comes near
MAX_RATIO = 200  # of unpacked to packed bytes, in a member of over 1 MiB: a photograph hardly shrinks at all
# What the standard library raises, by its own tests or by ours, for a member that is not what its header says ...
DAMAGE = (zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError, EOFError, NotImplementedError, ValueError)
DAMAGE += (OSError, OverflowError, RuntimeError)  # ... RuntimeError: an encrypted member that does not say so

Skip = Callable[[str, str, str], None]  # told of each member that is passed over: its name, the reason, a detail


def skip_below(prefix: str, skip: Skip) -> Skip:
    """`skip`, for members whose names are below `prefix`."""
    return lambda name, *why: skip(f"{prefix}/{name}", *why)


def is_archive(path: Path) -> bool:
    """Whether `path` is a file that opens as a zip or a tar, whatever its name says."""
    return path.is_file() and (_is_tar(path) or zipfile.is_zipfile(path))


def pictures_of(files: Iterable[tuple[str, Path]], skip: Skip) -> Iterator[tuple[str, bytes]]:
    """Yield (name, content) of each file; an archive is opened, and what it holds comes below its name less the suffix.

    So `train/cats.zip` with a member `1.jpg` gives `train/cats/1.jpg`, in the class of its archive.
    Raises InputError for a file that is named like an archive and cannot be read as one.
    """
    for name, path in files:
        suffix = next((suffix for suffix in ARCHIVE_SUFFIXES if name.lower().endswith(suffix)), None)
        if suffix:
            stem = name[: -len(suffix)]
            for member, content in read_pictures(path, skip_below(stem, skip)):
                yield f"{stem}/{member}", content
        elif path.stat().st_size > MAX_BYTES:
            skip(name, "too_many_bytes", f"{path.stat().st_size:,} bytes")
        else:
            yield name, path.read_bytes()


def member_ranges(archive: Path, size: int) -> list[range]:
    """The members of an archive in parts of `size` at most, for `read_pictures`; of a tar all, as it has no directory.

    Raises InputError for a zip that is broken.
    """
    if not zipfile.is_zipfile(archive):
        return [range(MAX_MEMBERS + 1)]
    try:
        with zipfile.ZipFile(archive) as source:
            return [range(first, first + size) for first in range(0, max(1, len(source.filelist)), size)]
    except DAMAGE as error:
        raise _broken(archive, error) from None


def read_pictures(archive: Path, skip: Skip, only: range | None = None) -> Iterator[tuple[str, bytes]]:
    """Yield (name, content) of every member that may be a picture, in the archive's order.

    only: the members that are read and told of, counted from 0; what the others are called is looked at all the same,
        so that parts (see `parts`), one after the other, give what the whole gives

    What file managers leave behind is ignored. Links, devices, encrypted or oversized members, names that are absolute
    or climb out, names that occurred before, and archives in the archive are told to `skip` and never opened.
    Raises InputError for a file that is no archive, is broken, or has more than MAX_MEMBERS members.
    """
    count = 0
    only = range(MAX_MEMBERS + 1) if only is None else only

    def tell(*member: str) -> None:
        if count in only:  # what is passed over on the way to the next member counts as part of this one
            skip(*member)

    try:
        if _is_tar(archive):
            members = _tar_members(archive, tell)
        elif zipfile.is_zipfile(archive):
            members = _zip_members(archive, tell)
        else:
            raise InputError(f"{archive} is not a zip or tar archive, or it is empty or cut short; fetch it again.")
        seen = set()
        for count, (name, size, packed, content) in enumerate(members):
            if count >= only.stop:
                break
            if count >= MAX_MEMBERS:
                raise InputError(f"{archive} has more than {MAX_MEMBERS:,} members; split it.")
            name = name.replace("\\", "/")
            path = PurePosixPath(name).as_posix()
            if is_junk(name):
                continue
            if is_unsafe(name):
                tell(name, "unsafe_name", "absolute, or climbs out of the archive")
            elif path in seen:
                tell(name, "duplicate_name", "the archive has this name twice")
            elif name.lower().endswith(ARCHIVE_SUFFIXES):
                tell(name, "nested_archive", "unpack it, or name it as the source")
            elif size > MAX_BYTES or size > max(2**20, packed * MAX_RATIO):
                tell(name, "too_many_bytes", f"{size:,} bytes unpacked, {packed:,} packed")
            else:
                seen.add(path)
                if count not in only:
                    continue
                try:
                    picture = content()
                except DAMAGE as error:
                    tell(name, "damaged_member", " ".join(str(error).split()))
                else:
                    yield path, picture
    except DAMAGE as error:
        raise _broken(archive, error) from None


def _broken(archive: Path, error: Exception) -> InputError:
    return InputError(f"{archive} is broken ({' '.join(str(error).split())}); fetch it again.")


Member = tuple[str, int, int, Callable[[], bytes]]  # name, bytes unpacked, bytes packed (as far as known), content


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
                yield info.filename, info.file_size, info.compress_size, lambda info=info: source.read(info)


def _tar_members(archive: Path, skip: Skip) -> Iterator[Member]:
    with _unpacked(archive) as stream, tarfile.open(fileobj=stream, mode="r:") as source:
        for info in source:
            source.members = []  # tarfile would keep every header it has met
            if info.isdir():
                continue
            if not info.isreg():
                skip(info.name, "link" if info.islnk() or info.issym() else "special_file", "not a plain file")
            else:
                yield info.name, info.size, info.size, lambda info=info: source.extractfile(info).read()


def _is_tar(path: Path) -> bool:
    try:
        with _unpacked(path) as stream, tarfile.open(fileobj=stream, mode="r:"):
            return True
    except DAMAGE:
        return False


class _Bounded:
    """A stream that refuses to read much at once: tarfile reads an extended header whole, whatever size it claims."""

    def __init__(self, stream: BinaryIO):
        self.stream, self.seek, self.tell = stream, stream.seek, stream.tell

    def read(self, size: int) -> bytes:
        if size > MAX_BYTES:
            raise tarfile.ReadError(f"a header claims {size:,} bytes")
        return self.stream.read(size)


@contextmanager
def _unpacked(path: Path) -> Iterator[_Bounded]:
    """The bytes of a tar, whichever way it is compressed."""
    openers = {b"\x1f\x8b": gzip.open, b"BZ": bz2.open, b"\xfd7": lzma.open}
    with path.open("rb") as file:
        opener = openers.get(file.read(2), open)
    with opener(path, "rb") as stream:
        yield _Bounded(stream)
