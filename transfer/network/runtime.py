"""TensorFlow, set up so that a run can be repeated to the byte. Import this before TensorFlow or Keras."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from transfer.errors import InputError, NetworkError
from transfer.network.cusolver import preload_cusolver
from transfer.network.devices import Gpu, share_batch
from transfer.network.temporary_folder import use_own_temporary_folder

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # read by TensorFlow as it is imported


@contextmanager
def _quiet():
    """Send standard error to nowhere: TensorFlow logs as it is imported, before it heeds any log level."""
    stderr, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(stderr, 2)
        os.close(stderr)
        os.close(nowhere)


with _quiet():
    import tensorflow as tf

import keras  # noqa: E402


def configure(seed: int, devices: int | str = "auto", batch_size: int | None = None) -> None:
    """Seed Python, NumPy and TensorFlow, make every operation deterministic, and take the devices.

    Call it first thing in a process. Op determinism alone is not enough on CPUs: with several operations at the same
    time, two runs differ in the last bits. One inter-op thread cures that and costs nothing, since each operation still
    uses all cores. On GPUs memory is taken as needed, not all at once, and products are not rounded to TensorFloat-32,
    which would move probabilities by up to 0.002 from those of other devices. GPUs that are not taken are left alone.

    Whatever is built afterwards is built for these devices: their strategy is the process's `tf.distribute` strategy.

    seed: for everything that is drawn from a global generator
    devices: "auto", all GPUs or else the CPU, and where TF_CONFIG names a cluster, those of all its machines; "gpu",
        all GPUs; "cpu"; or a number, of GPUs or else of parts that the CPU is cut into
    batch_size: pictures that the devices share, see `devices.share_batch`; None: one device computes all
    Raises InputError if there are not as many GPUs, if one cannot be opened, or if TF_CONFIG makes no cluster.
    """
    use_own_temporary_folder()
    tf.config.threading.set_inter_op_parallelism_threads(1)
    tf.config.experimental.enable_tensor_float_32_execution(False)
    gpus, reason = _usable_gpus(said=devices != "cpu")
    count, parts = share_batch(len(gpus), devices, batch_size, reason)
    in_cluster = devices == "auto" and batch_size is not None and bool(os.environ.get("TF_CONFIG"))
    if tf.config.list_physical_devices("GPU"):
        tf.config.set_visible_devices(gpus if in_cluster else gpus[:count], "GPU")
    for gpu in gpus:
        tf.config.experimental.set_memory_growth(gpu, True)
    strategy = _open(lambda: _cluster() if in_cluster else _mirrored(count, parts))
    keras.utils.set_random_seed(seed)
    tf.config.experimental.enable_op_determinism()
    if strategy:
        tf.distribute.experimental_set_strategy(strategy)


def _usable_gpus(said: bool) -> tuple[list[tf.config.PhysicalDevice], str]:
    """The GPUs that TensorFlow can compute on, and why it cannot on others, or finds none; "" where none is expected.

    said: tell the user about it
    """
    problem = preload_cusolver(Path(tf.__file__).parents[1])
    found = tf.config.list_physical_devices("GPU")
    problems = [described.problem for described in map(_describe, found)]
    reasons = sorted({problem for problem in problems if problem})
    if not found and tf.test.is_built_with_cuda():
        advice = problem or "is NVIDIA's driver installed? `nvidia-smi` shows it"
        reasons = [f"TensorFlow is built for GPUs but finds none ({advice})"]
    if reasons and said:
        print(f"note: {'; '.join(reasons)}.", file=sys.stderr)
    return [gpu for gpu, problem in zip(found, problems, strict=True) if not problem], "; ".join(reasons)


def _describe(gpu: tf.config.PhysicalDevice) -> Gpu:
    details = tf.config.experimental.get_device_details(gpu)
    return Gpu(details.get("device_name", "GPU"), details.get("compute_capability", (0, 0)))


def describe_devices(precision: str = "float32") -> str:
    """A line for a stage's log: the devices that `configure` took, and the precision.

    precision: as from `resolve_precision`
    """
    count = tf.distribute.get_strategy().num_replicas_in_sync
    names = accelerators()
    if names:
        where = f"{count} GPU{'s' if count > 1 else ''} ({', '.join(sorted(set(names)))})"
    else:
        where = f"the CPU ({os.cpu_count()} cores{f', in {count} parts' if count > 1 else ''})"
    return f"computing on {where} in {precision}"


def accelerators() -> list[str]:
    """The names of the GPUs that `configure` took."""
    return [_describe(gpu).name for gpu in tf.config.get_visible_devices("GPU")]


def _mirrored(gpus: int, parts: int) -> tf.distribute.Strategy | None:
    """The strategy for so many GPUs, or parts of the CPU where that is none; None for one device."""
    if max(gpus, parts) == 1:
        return None
    if not gpus:
        (cpu,) = tf.config.list_physical_devices("CPU")
        tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * parts)
    return tf.distribute.MirroredStrategy(
        [f"{'GPU' if gpus else 'CPU'}:{number}" for number in range(max(gpus, parts))]
    )


def _cluster() -> tf.distribute.Strategy:
    try:
        return tf.distribute.MultiWorkerMirroredStrategy()
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(f"TF_CONFIG makes no cluster: {str(error).splitlines()[0]}") from None
    except tf.errors.OpError as error:
        raise NetworkError(f"the machines of TF_CONFIG did not find one another: {_first_line(error)}") from None


def _open(make: Callable[[], tf.distribute.Strategy | None]) -> tf.distribute.Strategy | None:
    """Make a strategy, and open its devices. Raises InputError for a GPU that is broken, or that others have filled."""
    try:
        strategy = make()
        if tf.config.get_visible_devices("GPU"):
            tf.config.list_logical_devices("GPU")
        return strategy
    except (tf.errors.InternalError, tf.errors.ResourceExhaustedError, RuntimeError) as error:
        if not tf.config.get_visible_devices("GPU"):
            raise
        raise InputError(
            f"a GPU cannot be opened ({str(error).splitlines()[0][:200]}); look with `nvidia-smi` whether another "
            "program uses it, or set hardware.devices to cpu."
        ) from None


class MemoryTooSmall(InputError):
    """The memory of a device does not hold a batch."""


@contextmanager
def device_errors(batch_size: int, advice: str) -> Iterator[None]:
    """Raise MemoryTooSmall where a device's memory is too small, and NetworkError where a machine of a cluster is lost.

    batch_size: pictures, to be named in the sentence
    advice: what to do where memory is too small
    """
    try:
        yield
    except tf.errors.ResourceExhaustedError:
        pictures = f"{batch_size} picture{'s' if batch_size > 1 else ''} of this size at a time"
        raise MemoryTooSmall(f"the device's memory does not hold {pictures}; {advice}.") from None
    except (tf.errors.UnavailableError, tf.errors.AbortedError, tf.errors.DeadlineExceededError) as error:
        raise NetworkError(
            f"a machine of TF_CONFIG was lost ({_first_line(error)}); start all of them again."
        ) from None


def _first_line(error: tf.errors.OpError) -> str:
    return (error.message or type(error).__name__).splitlines()[0][:200]
