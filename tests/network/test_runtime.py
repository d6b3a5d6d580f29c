"""How TensorFlow is set up: what it is told, and what is said of it."""

import _ctypes
import os
import shutil
import subprocess
import sys

import pytest

from tests.wiring import ROOT
from transfer.network import precision, runtime
from transfer.network.cusolver import preload_cusolver
from transfer.network.runtime import tf


def test_products_are_not_rounded_to_tensor_float_32():
    assert not tf.config.experimental.tensor_float_32_execution_enabled()


@pytest.mark.skipif(not hasattr(_ctypes, "__file__"), reason="this Python has _ctypes built in")
def test_cusolver_is_loaded_for_everyone_before_devices_are_listed(tmp_path):
    """A stub where pip puts the library: its symbols can be found afterwards, as TensorFlow has to find cuSOLVER's."""
    folder = tmp_path / "nvidia/cusolver/lib"
    folder.mkdir(parents=True)
    shutil.copyfile(_ctypes.__file__, folder / "libcusolver.so.11")
    code = (
        "import ctypes, sys; from pathlib import Path; from transfer.network.cusolver import preload_cusolver\n"
        "assert not hasattr(ctypes.CDLL(None), 'PyInit__ctypes')\n"
        "assert preload_cusolver(Path(sys.argv[1])) == ''\n"
        "assert hasattr(ctypes.CDLL(None), 'PyInit__ctypes')\n"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], cwd=ROOT, check=True)
    (folder / "libcusolver.so.12").write_bytes(b"no library")
    assert "libcusolver.so.12" in preload_cusolver(tmp_path)
    assert preload_cusolver(tmp_path / "nowhere") == ""


def test_a_cuda_build_that_finds_no_gpu_says_so_in_one_line(monkeypatch, capsys):
    monkeypatch.setattr(tf.test, "is_built_with_cuda", lambda: True)
    monkeypatch.setattr(runtime, "preload_cusolver", lambda packages: "libcusolver.so.11: file too short")
    runtime.configure(0)
    runtime.configure(0, "cpu")  # asked for: there is nothing to say
    assert capsys.readouterr().err == (
        "note: TensorFlow is built for GPUs but finds none (libcusolver.so.11: file too short); computing on the CPU.\n"
    )
    assert "nvidia-smi" in runtime.missing_gpu("")


def test_devices_and_precision_are_described(monkeypatch):
    assert runtime.describe_devices() == f"computing on the CPU ({os.cpu_count()} cores) in float32"
    monkeypatch.setattr(tf.config, "get_visible_devices", lambda kind: ["GPU:0"])
    monkeypatch.setattr(runtime, "accelerators", lambda: ["NVIDIA H100", "NVIDIA H100"])
    assert runtime.describe_devices("mixed_bfloat16") == "computing on 1 GPU (NVIDIA H100) in mixed_bfloat16"


def test_precision_is_chosen_by_the_device():
    assert precision.resolve_precision("auto") == "float32"  # no GPU here
    assert precision.resolve_precision("mixed_bfloat16") == "mixed_bfloat16"
