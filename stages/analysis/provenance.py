"""Where results come from: versions, hardware, code. All of it stays the same from run to run on one machine."""

import hashlib
import os
import platform
import re
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path


def versions(packages: Iterable[str]) -> dict[str, str]:
    """Python's version, and of those packages that are installed."""
    found = {"python": platform.python_version()}
    for package in packages:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def hardware(accelerators: list[str]) -> dict[str, str]:
    """Operating system, processor and number of its cores, and accelerators by the names given."""
    processor = platform.processor() or platform.machine()
    described = Path("/proc/cpuinfo")
    if described.is_file() and (named := re.search(r"^model name\s*:\s*(.+)$", described.read_text(), re.MULTILINE)):
        processor = named[1]
    system = f"{platform.system()}, {platform.machine()}"
    return {
        "system": system,
        "processor": f"{processor}, {os.cpu_count()} cores",
        "accelerator": ", ".join(accelerators) or "none",
    }


def fingerprint(folder: Path) -> str:
    """SHA-256 of the names and contents of a folder's files, compiled ones left out."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            content = path.read_bytes()
            digest.update(f"{path.relative_to(folder).as_posix()}\0{len(content)}\0".encode())
            digest.update(content)
    return digest.hexdigest()
