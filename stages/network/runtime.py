"""TensorFlow set up so that a run can be repeated to the byte. Import this before TensorFlow or Keras."""

import os
from contextlib import contextmanager

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # read by TensorFlow as it is imported


@contextmanager
def _quiet():
    """Send file descriptor 2 to nowhere: TensorFlow logs as it is imported, before any log level is heeded."""
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


with _quiet():
    import tensorflow as tf

import keras  # noqa: E402


def set_up(seed: int) -> None:
    """Seed Python, NumPy and TensorFlow, and make every operation deterministic.

    Call it first thing in a process. Op determinism alone is not enough on CPUs: with several operations in flight, two
    runs differ in the last bits. One inter-op thread cures that, and costs nothing, since each operation still uses
    all cores. On GPUs memory is taken as needed, not all at once.
    """
    tf.config.threading.set_inter_op_parallelism_threads(1)
    for gpu in tf.config.list_physical_devices("GPU"):
        tf.config.experimental.set_memory_growth(gpu, True)
    keras.utils.set_random_seed(seed)
    tf.config.experimental.enable_op_determinism()


def accelerators() -> list[str]:
    """What the GPUs that TensorFlow sees are called."""
    devices = tf.config.list_physical_devices("GPU")
    return [tf.config.experimental.get_device_details(device).get("device_name", "GPU") for device in devices]
