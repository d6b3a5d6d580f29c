"""A model in the formats of other runtimes, and those runtimes, so that what was written can be held against Keras."""

import os
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

from transfer.errors import InputError


@dataclass(frozen=True)
class Format:
    """keras: what `Model.export` calls it; name: of its file or folder; packages: to write it, and to run it."""

    keras: str
    name: str
    packages: tuple[str, ...] = ()


FORMATS = {
    "saved_model": Format("tf_saved_model", "saved_model"),
    "onnx": Format("onnx", "model.onnx", ("tf2onnx", "onnxruntime")),
    "tflite": Format("litert", "model.tflite", ("ai_edge_litert",)),
}


def export(model: keras.Model, kind: str, path: Path) -> None:
    """Write `model` to `path` as one of FORMATS; what it takes and gives stays: float32 (n, size, size, 3) to (n, 1).

    Raises InputError if a package for it is not installed.
    """
    missing = [package for package in FORMATS[kind].packages if find_spec(package) is None]
    if missing:
        raise InputError(f"{kind} needs {' and '.join(missing)}; `make repro EXTRAS=export` installs it.")
    model(keras.ops.zeros((1, *model.input.shape[1:])))  # Keras exports no model that it has never seen called
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # Keras', of NumPy, on the way to ONNX
        model.export(path, format=FORMATS[kind].keras, verbose=False)
    if kind == "onnx":
        _drop_unused_inputs(path)


def _drop_unused_inputs(path: Path) -> None:
    """The converter folds the constants of a Normalization layer into others, but still asks for them as inputs."""
    import onnx

    model = onnx.load(path)
    used = {name for node in model.graph.node for name in node.input}
    for given in [given for given in model.graph.input if given.name not in used]:
        model.graph.input.remove(given)
    onnx.save(model, path)


def load_exported(path: Path, kind: str) -> Callable[[np.ndarray], np.ndarray]:
    """What `export` wrote, in its own runtime, on all cores: float32 (b, size, size, 3) to (b, 1)."""
    if kind == "saved_model":
        served = tf.saved_model.load(path)
        return lambda pictures: served.serve(pictures).numpy()
    if kind == "onnx":
        import onnxruntime

        session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
        (given,) = (entry.name for entry in session.get_inputs())
        return lambda pictures: session.run(None, {given: pictures})[0]

    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(str(path), num_threads=os.cpu_count())
    ((given,), (made,)) = (
        [entry["index"] for entry in entries]
        for entries in (interpreter.get_input_details(), interpreter.get_output_details())
    )

    def call(pictures: np.ndarray) -> np.ndarray:
        interpreter.resize_tensor_input(given, pictures.shape)
        interpreter.allocate_tensors()
        interpreter.set_tensor(given, pictures)
        interpreter.invoke()
        return interpreter.get_tensor(made)

    return call
