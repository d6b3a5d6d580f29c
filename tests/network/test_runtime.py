"""How TensorFlow is set up: what it is told, and what is said of it."""

import _ctypes
import os
import re
import shutil
import subprocess
import sys

import pytest

from tests.wiring import ROOT
from transfer.errors import InputError
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


NONE_FOUND = "TensorFlow is built for GPUs but finds none (libcusolver.so.11: file too short)"


def test_a_cuda_build_that_finds_no_gpu_says_so_in_one_line(monkeypatch, capsys):
    monkeypatch.setattr(tf.test, "is_built_with_cuda", lambda: True)
    monkeypatch.setattr(runtime, "preload_cusolver", lambda packages: "libcusolver.so.11: file too short")
    runtime.configure(0)
    runtime.configure(0, "cpu")  # asked for: there is nothing to say
    assert capsys.readouterr().err == f"note: {NONE_FOUND}.\n"
    for devices in ("gpu", 1, 2):
        with pytest.raises(InputError, match=re.escape(f"and 0 can be used ({NONE_FOUND}); say auto or cpu.")):
            runtime.configure(0, devices, 32)
    monkeypatch.setattr(runtime, "preload_cusolver", lambda packages: "")
    capsys.readouterr()
    runtime.configure(0)
    assert "is NVIDIA's driver installed? `nvidia-smi` shows it" in capsys.readouterr().err


@pytest.fixture
def machine(monkeypatch):
    """Set the GPUs that the driver shows; returns what TensorFlow was told, by the name of the function."""
    told = {}

    def show(*gpus: tuple[str, tuple[int, int]]) -> dict:
        found = dict(enumerate(gpus))
        monkeypatch.setattr(tf.config, "list_physical_devices", lambda kind=None: list(found))
        monkeypatch.setattr(tf.config, "set_visible_devices", lambda some, kind: told.update(visible=some))
        monkeypatch.setattr(tf.config, "get_visible_devices", lambda kind: told.get("visible", []))
        monkeypatch.setattr(tf.config, "list_logical_devices", lambda kind: told.update(opened=True))
        monkeypatch.setattr(tf.config.experimental, "set_memory_growth", lambda gpu, on: None)
        details = {
            gpu: {"device_name": name, "compute_capability": capability} for gpu, (name, capability) in found.items()
        }
        monkeypatch.setattr(tf.config.experimental, "get_device_details", details.get)
        monkeypatch.setattr(tf.distribute, "MirroredStrategy", lambda names: told.update(mirrored=names))
        return told

    return show


H100, OLD, RTX = ("NVIDIA H100", (9, 0)), ("Tesla K80", (3, 7)), ("NVIDIA GeForce RTX 5090", (12, 0))


def test_a_gpu_that_tensorflow_cannot_compute_on_is_named_and_passed_over(machine, capsys):
    told = machine(RTX, H100)
    runtime.configure(0, "auto", 32)
    assert told["visible"] == [1]
    assert "NVIDIA GeForce RTX 5090 is newer than what TensorFlow 2.21 computes on" in capsys.readouterr().err
    assert runtime.describe_devices() == "computing on 1 GPU (NVIDIA H100) in float32"


def test_where_no_gpu_can_compute_the_cpu_does_or_the_run_stops(machine, capsys):
    told = machine(RTX, OLD)
    runtime.configure(0, "auto", 32)
    assert told["visible"] == [] and "Tesla K80 is older" in capsys.readouterr().err
    with pytest.raises(InputError, match="asks for GPUs, and 0 can be used .*RTX 5090.*say auto or cpu"):
        runtime.configure(0, "gpu", 32)


def test_gpus_that_are_not_taken_are_left_alone(machine):
    told = machine(H100, H100, H100)
    runtime.configure(0, 1, 32)
    assert told["visible"] == [0] and "mirrored" not in told
    runtime.configure(0, "auto", 32)  # three cannot share 32 pictures
    assert told["visible"] == [0, 1] and told["mirrored"] == ["GPU:0", "GPU:1"]
    runtime.configure(0, "auto")  # one device computes all
    assert told["visible"] == [0]
    runtime.configure(0, "cpu", 32)
    assert told["visible"] == []


def test_a_gpu_that_cannot_be_opened_is_a_sentence(machine, monkeypatch):
    def fail(kind):
        raise tf.errors.InternalError(None, None, "cudaSetDevice() on GPU:0 failed. Status: out of memory")

    machine(H100)
    monkeypatch.setattr(tf.config, "list_logical_devices", fail)
    with pytest.raises(InputError, match="a GPU cannot be opened .*out of memory.*nvidia-smi.*hardware.devices to cpu"):
        runtime.configure(0, "auto", 32)


def test_devices_and_precision_are_described(machine):
    assert runtime.describe_devices() == f"computing on the CPU ({os.cpu_count()} cores) in float32"
    machine(H100)
    runtime.configure(0)
    assert runtime.describe_devices("mixed_bfloat16") == "computing on 1 GPU (NVIDIA H100) in mixed_bfloat16"


def test_precision_is_chosen_by_the_device():
    assert precision.resolve_precision("auto") == "float32"  # no GPU here
    assert precision.resolve_precision("mixed_bfloat16") == "mixed_bfloat16"
