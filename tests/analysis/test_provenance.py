"""Provenance: true, and the same each time."""

import platform
from importlib.metadata import version

from stages.analysis import provenance


def test_versions_are_of_what_is_installed():
    got = provenance.versions(["numpy", "no-such-package-of-ours"])
    assert got == {"python": platform.python_version(), "numpy": version("numpy")}


def test_hardware_names_what_there_is():
    got = provenance.hardware([])
    assert got["accelerator"] == "none" and "cores" in got["processor"] and got == provenance.hardware([])
    assert provenance.hardware(["A", "B"])["accelerator"] == "A, B"


def test_a_fingerprint_tells_sources_apart_and_not_their_traces(tmp_path):
    (tmp_path / "a.py").write_text("1")
    one = provenance.fingerprint(tmp_path)
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__" / "a.pyc").write_text("x")
    assert provenance.fingerprint(tmp_path) == one
    (tmp_path / "a.py").rename(tmp_path / "b.py")
    assert provenance.fingerprint(tmp_path) != one
    (tmp_path / "b.py").rename(tmp_path / "a.py")
    (tmp_path / "a.py").write_text("2")
    assert provenance.fingerprint(tmp_path) != one
