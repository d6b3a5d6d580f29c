"""Which GPUs can compute, and how many devices share a batch."""

from dataclasses import dataclass

from transfer.errors import InputError

OLDEST, NEWEST = (6, 0), (9, 9)  # compute capabilities that TensorFlow 2.21's package has code for, or makes it for


@dataclass(frozen=True)
class Gpu:
    """A GPU that the driver shows.

    name: as the driver has it, such as "NVIDIA H100 PCIe"
    capability: CUDA's compute capability, (major, minor); (0, 0) where it is not known
    """

    name: str
    capability: tuple[int, int] = (0, 0)

    @property
    def problem(self) -> str:
        """Why TensorFlow cannot compute on it, or "".

        On what is newer than NEWEST its compiler ends the process (TensorFlow's issues 89272 and 101746).
        """
        if self.capability == (0, 0) or OLDEST <= self.capability <= NEWEST:
            return ""
        side = "newer" if self.capability > NEWEST else "older"
        capability = ".".join(map(str, self.capability))
        return f"{self.name} is {side} than what TensorFlow 2.21 computes on (compute capability {capability})"


def share_batch(gpus: int, devices: int | str, batch_size: int | None, reason: str) -> tuple[int, int]:
    """How many GPUs to take, and in how many parts to cut the CPU where that is none.

    gpus: how many can be used
    devices: "auto", all GPUs or else the CPU; "gpu", all GPUs; "cpu"; or a number, of GPUs or else of parts of the CPU
    batch_size: pictures that the devices share; of all GPUs, the largest number that divides it is taken. None: one
        device computes all
    reason: why a GPU that may be expected cannot be used; "" where none is to be expected
    Raises InputError if there are not as many GPUs as asked for.
    """
    if devices == "cpu":
        return 0, 1
    wanted = 1 if devices in ("auto", "gpu") else devices
    if gpus < wanted and (gpus or reason or devices == "gpu") and devices != "auto":
        why = f" ({reason})" if reason else ""
        raise InputError(f"hardware.devices asks for {_named(devices)}, and {gpus} can be used{why}; say auto or cpu.")
    if batch_size is None:
        return min(gpus, 1), 1
    if not gpus:
        return 0, wanted
    if devices in ("auto", "gpu"):
        wanted = next(count for count in range(gpus, 0, -1) if batch_size % count == 0)
    return wanted, 1


def _named(devices: int | str) -> str:
    return "GPUs" if devices == "gpu" else f"{devices} GPU{'s' if devices != 1 else ''}"
