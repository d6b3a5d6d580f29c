"""What can be known from a file's name: that it is an archive, junk, or unsafe to use as a path."""

from pathlib import PurePosixPath

ARCHIVE_SUFFIXES = (".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz")
JUNK = {"thumbs.db", "desktop.ini", "ehthumbs.db", "icon\r"}  # in lower case


def is_junk(name: str) -> bool:
    """Whether a file is one of those that file managers leave behind: hidden, in __MACOSX, Thumbs.db, ..."""
    parts = PurePosixPath(name).parts
    hidden = any(part.startswith(".") and part != ".." for part in parts)
    return hidden or "__MACOSX" in parts or (bool(parts) and parts[-1].lower() in JUNK)


def is_unsafe(name: str) -> bool:
    """Whether a name is absolute, climbs out of its folder, is empty, or could mean a drive on another system."""
    path = PurePosixPath(name.replace("\\", "/"))
    names_drive = ":" in "".join(path.parts[:1])
    return path.is_absolute() or ".." in path.parts or "\0" in name or names_drive or not path.parts
