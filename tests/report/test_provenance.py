"""Provenance: true, and the same each time."""

import platform
from importlib.metadata import version

from transfer.report import provenance


def test_versions_are_of_what_is_installed():
    got = provenance.versions(["numpy", "no-such-package-of-ours"])
    assert got == {"python": platform.python_version(), "numpy": version("numpy")}


def test_hardware_names_what_there_is():
    got = provenance.hardware([])
    assert got["accelerator"] == "none" and "cores" in got["processor"] and got == provenance.hardware([])
    assert provenance.hardware(["A", "B"])["accelerator"] == "A, B"
