"""A reader of PyTorch's legacy file format that needs no PyTorch."""

import pickle
from collections import OrderedDict
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np


def read_torch_file(path: Path) -> "OrderedDict[str, np.ndarray]":
    """Read a state dict in PyTorch's legacy format: pickles, then raw little-endian storages.

    Returns float32 or int64 arrays by name, in the file's order.
    Raises pickle.UnpicklingError for any but the four Python names that a state dict needs.
    """
    with path.open("rb") as file:
        for _ in range(3):  # magic number, protocol version, system information
            _StateDictUnpickler(file).load()
        unpickler = _StateDictUnpickler(file)
        tensors = unpickler.load()
        for key in _StateDictUnpickler(file).load():
            unpickler.storages[key][:] = _read_storage(file, unpickler.storages[key].dtype)
    return tensors


class _StateDictUnpickler(pickle.Unpickler):
    def __init__(self, file: BinaryIO):
        super().__init__(file)
        self.storages: dict[str, np.ndarray] = {}

    def find_class(self, module: str, name: str) -> Any:
        allowed = {
            ("collections", "OrderedDict"): OrderedDict,
            ("torch._utils", "_rebuild_tensor_v2"): _tensor_view,
            ("torch", "FloatStorage"): "<f4",
            ("torch", "LongStorage"): "<i8",
        }
        if (module, name) not in allowed:
            raise pickle.UnpicklingError(f"{module}.{name} has no place in a state dict")
        return allowed[module, name]

    def persistent_load(self, reference: tuple) -> np.ndarray:
        _, dtype, key, _, count, _ = reference
        return self.storages.setdefault(key, np.zeros(count, dtype))


def _tensor_view(storage: np.ndarray, offset: int, shape: tuple, strides: tuple, *_: Any) -> np.ndarray:
    # A view: the storage's values are read only after the pickle.
    in_bytes = [stride * storage.itemsize for stride in strides]
    return np.lib.stride_tricks.as_strided(storage[offset:], shape, in_bytes, writeable=False)


def _read_storage(file: BinaryIO, dtype: np.dtype) -> np.ndarray:
    count = int.from_bytes(file.read(8), "little")
    return np.frombuffer(file.read(count * dtype.itemsize), dtype)
