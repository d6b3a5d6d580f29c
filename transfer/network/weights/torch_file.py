"""A reader of PyTorch's legacy file format that needs no PyTorch."""

import pickle
from collections import OrderedDict
from collections.abc import Iterable
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


def copy_weights(layers: Iterable[Any], tensors: "OrderedDict[str, np.ndarray]") -> None:
    """Copy a state dict into layers of Keras, weight by weight in the order of both.

    layers: that have the weights of the state dict, and no others
    Raises ValueError where shapes differ.
    """
    left = ((name, tensor) for name, tensor in tensors.items() if "num_batches_tracked" not in name)
    for layer in layers:
        for weight in layer.weights:
            name, tensor = next(left)
            tensor = _to_keras_layout(tensor, type(layer).__name__ == "DepthwiseConv2D")
            if tensor.shape != tuple(weight.shape):
                raise ValueError(f"{name} has shape {tensor.shape}, {weight.path} has {tuple(weight.shape)}")
            weight.assign(tensor)


def _to_keras_layout(tensor: np.ndarray, depthwise: bool = False) -> np.ndarray:
    """A weight as Keras has it.

    tensor: of a convolution, (out, in, height, width), becomes (height, width, in, out); of a dense layer, (out, in),
        becomes (in, out); others stay as they are
    depthwise: of a convolution, (channels, 1, height, width), which becomes (height, width, channels, 1)
    """
    if tensor.ndim == 4:
        return tensor.transpose((2, 3, 0, 1) if depthwise else (2, 3, 1, 0))
    return tensor.T
