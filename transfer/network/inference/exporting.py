"""Models in the formats of other runtimes, and those runtimes, so that an export can be compared with Keras."""

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
    """A format to export to.

    keras: its name in `keras.Model.export`
    name: of the file or folder
    packages: needed to write it and to run it
    distance: whether a second output, the distance of `watching.watched`, leaves what others read as it is
    """

    keras: str
    name: str
    packages: tuple[str, ...] = ()
    distance: bool = False


FORMATS = {
    "saved_model": Format("tf_saved_model", "saved_model"),
    "onnx": Format("onnx", "model.onnx", ("tf2onnx", "onnxruntime"), distance=True),
    "tflite": Format("litert", "model.tflite", ("ai_edge_litert",)),
}


def export(model: keras.Model, kind: str, path: Path) -> None:
    """Write a model in another format; it still takes float32 (n, size, size, 3) and gives float32 (n, units).

    model: with one output, or two in a format that has `distance`
    kind: one of FORMATS
    path: of the file or folder to write
    Raises InputError if a package that the format needs is not installed.
    """
    missing = [package for package in FORMATS[kind].packages if find_spec(package) is None]
    if missing:
        raise InputError(f"{kind} needs {' and '.join(missing)}; `make repro EXTRAS=export` installs it.")
    if kind == "onnx":
        _teach_erfc()
    model(keras.ops.zeros((1, *model.input.shape[1:])))  # Keras does not export a model that was never called
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # by NumPy, about Keras, on the way to ONNX
        model.export(path, format=FORMATS[kind].keras, verbose=False)
    if kind == "onnx":
        _drop_unused_inputs(path)


def _teach_erfc() -> None:
    """Let the converter write erfc as 1 - erf: it does not know it, and Keras' exact GELU is made of it."""
    from tf2onnx.handler import tf_op

    @tf_op("Erfc")
    class Erfc:
        @classmethod
        def version_9(cls, graph, node, **_) -> None:
            one = graph.make_const(f"{node.name}_one", np.float32(1)).output[0]
            erf = graph.make_node("Erf", node.input).output[0]
            made = {"outputs": node.output, "shapes": node.output_shapes, "dtypes": node.output_dtypes}
            graph.remove_node(node.name)
            graph.make_node("Sub", [one, erf], name=node.name, **made)


def _drop_unused_inputs(path: Path) -> None:
    """Remove inputs that no node reads: the converter leaves the folded constants of Normalization layers there."""
    import onnx

    model = onnx.load(path)
    used = {name for node in model.graph.node for name in node.input}
    for given in [given for given in model.graph.input if given.name not in used]:
        model.graph.input.remove(given)
    onnx.save(model, path)


def load_exported(path: Path, kind: str) -> Callable[[np.ndarray], np.ndarray]:
    """Load an export into its own runtime, on all cores.

    path: as given to `export`
    kind: as given to `export`
    Returns a function from pictures, float32 (b, size, size, 3), to what the classifier gives, float32 (b, units); a
    second output is one more column.
    """
    if kind == "saved_model":
        served = tf.saved_model.load(path)
        return lambda pictures: served.serve(pictures).numpy()
    if kind == "onnx":
        import onnxruntime

        session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
        (given,) = (entry.name for entry in session.get_inputs())
        return lambda pictures: np.concatenate(session.run(None, {given: pictures}), axis=1)

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
