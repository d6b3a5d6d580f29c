"""What the name of a file tells: an archive, junk, or something unsafe."""

from pathlib import PurePosixPath

ARCHIVE_SUFFIXES = (".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz")
JUNK = {"thumbs.db", "desktop.ini", "ehthumbs.db", "icon\r"}


def is_junk(name: str) -> bool:
    """Whether a name is one of those that file managers leave behind: hidden, __MACOSX, Thumbs.db, ..."""
    parts = PurePosixPath(name).parts
    return any((part.startswith(".") and part != "..") or part == "__MACOSX" for part in parts) or (
        bool(parts) and parts[-1].lower() in JUNK
    )


def is_unsafe(name: str) -> bool:
    """Whether a name is absolute, climbs out, or could mean something else on another system."""
    path = PurePosixPath(name.replace("\\", "/"))
    return path.is_absolute() or ".." in path.parts or "\0" in name or ":" in "".join(path.parts[:1]) or not path.parts
