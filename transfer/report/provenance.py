"""Where results come from: versions and hardware, which are the same in every run on one machine."""

import os
import platform
import re
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

PACKAGES = ("tensorflow", "tensorflow-cpu", "keras", "numpy", "scikit-learn", "pillow", "dvc")


@dataclass(frozen=True)
class Provenance:
    """How the results were made.

    params, versions, hardware: (nested) mappings of names to values
    commands: that make the results again
    """

    params: dict
    versions: dict[str, str]
    hardware: dict[str, str]
    commands: list[str]


def collect(params: dict, accelerators: list[str], commands: list[str]) -> Provenance:
    """The provenance of results that are made on this machine now.

    params: (nested) mapping of names to values
    accelerators: names of those that were used
    commands: that make the results again
    """
    return Provenance(params, versions(), hardware(accelerators), commands)


def versions(packages: Iterable[str] = PACKAGES) -> dict[str, str]:
    """The version of Python, and of each package that is installed."""
    found = {"python": platform.python_version()}
    for package in packages:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def hardware(accelerators: list[str]) -> dict[str, str]:
    """Operating system, processor with its number of cores, and accelerators.

    accelerators: their names
    """
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
