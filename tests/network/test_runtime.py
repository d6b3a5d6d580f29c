"""How TensorFlow is set up: what it is told, and what is said of it."""

import os

from transfer.network import precision, runtime
from transfer.network.runtime import tf


def test_products_are_not_rounded_to_tensor_float_32():
    assert not tf.config.experimental.tensor_float_32_execution_enabled()


def test_devices_and_precision_are_described(monkeypatch):
    assert runtime.describe_devices() == f"computing on the CPU ({os.cpu_count()} cores) in float32"
    monkeypatch.setattr(tf.config, "get_visible_devices", lambda kind: ["GPU:0"])
    monkeypatch.setattr(runtime, "accelerators", lambda: ["NVIDIA H100", "NVIDIA H100"])
    assert runtime.describe_devices("mixed_bfloat16") == "computing on 1 GPU (NVIDIA H100) in mixed_bfloat16"


def test_precision_is_chosen_by_the_device():
    assert precision.resolve_precision("auto") == "float32"  # no GPU here
    assert precision.resolve_precision("mixed_bfloat16") == "mixed_bfloat16"
