"""Where results come from: versions and hardware. All of it stays the same from run to run on one machine."""

import os
import platform
import re
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

PACKAGES = ("tensorflow", "tensorflow-cpu", "keras", "numpy", "scikit-learn", "pillow", "dvc")


def versions(packages: Iterable[str] = PACKAGES) -> dict[str, str]:
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
