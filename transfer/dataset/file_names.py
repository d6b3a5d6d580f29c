"""What can be known from a file's name: that it is an archive, junk, or unsafe to use as a path."""

import re
from pathlib import PurePosixPath

ARCHIVE_SUFFIXES = (".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz")
# What is no picture of the user's, in lower case. Folders: of macOS, of Synology and QNAP, of Windows, of Linux.
JUNK_FOLDERS = {"__macosx", "@eadir", "#recycle", "#snapshot", "@recycle", "@recently-snapshot", "@tmp"}
JUNK_FOLDERS |= {"$recycle.bin", "system volume information", "recycler", "lost+found"}
JUNK_FILES = {"thumbs.db", "desktop.ini", "ehthumbs.db", "ehthumbs_vista.db", "icon\r", "picasa.ini"}
PREVIEWS = (".lrdata", ".lrcat-data", ".photoslibrary")  # folders of Lightroom and of Photos that hold small copies
# Files beside a picture: Google Takeout's, edits of Adobe's, Apple's and other developers, a camera's previews.
SIDECARS = (".json", ".xmp", ".aae", ".thm", ".lrv", ".lrcat", ".pp3", ".dop", ".cos", ".on1", ".nksc", ".arp")


def is_junk(name: str) -> bool:
    """Whether a file or folder is one that file managers, network disks and photo programs leave beside pictures."""
    parts = [part.lower() for part in PurePosixPath(name).parts]
    if not parts:
        return False
    hidden = any(part.startswith(".") and part != ".." for part in parts)
    in_junk = any(part in JUNK_FOLDERS or part.endswith(PREVIEWS) for part in parts)
    return hidden or in_junk or parts[-1] in JUNK_FILES or parts[-1].endswith(SIDECARS)


def is_unsafe(name: str) -> bool:
    """Whether a name is absolute, climbs out of its folder, is empty, or could mean a drive on another system."""
    path = PurePosixPath(name.replace("\\", "/"))
    names_drive = re.match("[A-Za-z]:", "".join(path.parts[:1]))
    return path.is_absolute() or ".." in path.parts or "\0" in name or bool(names_drive) or not path.parts
