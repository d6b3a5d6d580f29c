"""How many devices share a batch."""

import pytest

from transfer.errors import InputError
from transfer.network.devices import Gpu, share_batch


@pytest.mark.parametrize(
    ("gpus", "devices", "batch_size", "taken"),
    [
        (4, "auto", 32, (4, 1)),
        (3, "auto", 32, (2, 1)),  # the largest number that divides the batch
        (3, "gpu", 32, (2, 1)),
        (3, 3, 32, (3, 1)),  # as asked for: the batch is refused later, in a sentence
        (5, "auto", 7, (1, 1)),
        (0, "auto", 32, (0, 1)),
        (4, "cpu", 32, (0, 1)),
        (4, 2, 32, (2, 1)),
        (0, 2, 32, (0, 2)),  # for a trial, without a GPU: parts of the CPU
        (4, "auto", None, (1, 1)),
        (4, 2, None, (1, 1)),
        (0, 2, None, (0, 1)),
    ],
)
def test_devices_are_taken(gpus, devices, batch_size, taken):
    assert share_batch(gpus, devices, batch_size, "") == taken


@pytest.mark.parametrize(
    ("gpus", "devices", "reason"), [(1, 2, ""), (0, "gpu", ""), (0, 1, "no driver"), (1, 3, "too new")]
)
def test_fewer_gpus_than_asked_for_are_refused(gpus, devices, reason):
    with pytest.raises(InputError, match=f"hardware.devices asks for .*, and {gpus} can be used.*{reason}"):
        share_batch(gpus, devices, 32, reason)


@pytest.mark.parametrize(
    ("capability", "fault"),
    [((0, 0), ""), ((3, 7), "older"), ((6, 0), ""), ((7, 0), ""), ((9, 0), ""), ((10, 0), "newer"), ((12, 0), "newer")],
)
def test_a_gpu_is_as_new_as_tensorflow_can_take(capability, fault):
    problem = Gpu("NVIDIA X", capability).problem
    assert (fault in problem and "NVIDIA X" in problem) if fault else problem == ""
