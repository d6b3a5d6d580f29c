"""Write a model for another runtime, to exports/MODEL/FORMAT, and check it against Keras.

Both run on the pictures that are named, or else on the first of the test split. An export that gives other
probabilities is not kept.
"""

import argparse
import json
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path

import numpy as np

from transfer.analysis.cut_offs import AMBIGUOUS, UNLIKE, CutOffs
from transfer.dataset.loose import prepare_files
from transfer.dataset.pictures import Prepared
from transfer.dataset.store import PictureStore
from transfer.errors import InputError
from transfer.network.inference.batch_size import INFERENCE_BATCH
from transfer.project.models import add_model_argument, choose_model, model_threshold
from transfer.project.outputs import atomic_folder
from transfer.project.params import load_params
from transfer.project.schema import Predict

CHECKED, TOLERANCE = 100, 1e-4  # pictures on which an export has to agree with Keras, and to within which P


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("format", choices=("saved_model", "onnx", "tflite"))
    parser.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="pictures, or folders of them, to check on")
    add_model_argument(parser)


def main(given: argparse.Namespace) -> None:
    params = load_params()
    model, path = choose_model(given.model)
    for missing in (path for path in given.paths if not path.exists()):
        raise InputError(f"{missing} is not there; name pictures, or folders of them.")

    from transfer.network import runtime  # here and not above: the workers that prepare pictures import this module
    from transfer.network.inference import exporting
    from transfer.network.inference.forward import compile_inference
    from transfer.network.inference.unsure import Usual
    from transfer.network.inference.watching import joined, watched
    from transfer.network.model_file import load_model, read_classes

    runtime.configure(params.seed.data, params.hardware.devices)
    classes, usual, kind = read_classes(path), Usual.read(path.parent), exporting.FORMATS[given.format]
    network = watched(load_model(path), usual if kind.distance else None, params.evaluate.mirror)
    limits = {"min_size": params.image.min_size, "max_pixels": params.image.max_pixels}
    pictures = pictures_to_check(given.paths, size=network.input.shape[1], **limits)

    target = Path("exports", model, given.format)
    with atomic_folder(target) as folder:
        written = folder / kind.name
        exporting.export(network, given.format, written)
        about = {"classes": classes.names, "takes": "RGB, 0 to 255, float32", "size": pictures.shape[1]}
        about["gives"] = f"P({classes.positive})" if classes.binary else "P of each class, in the order of classes"
        if classes.binary:
            about["threshold"] = model_threshold(params.evaluate.threshold, model)
        if usual:
            cut_offs = CutOffs.of(usual.probabilities, usual.distances, **params.predict.model_dump())
            about["unsure"] = unsure_rule(cut_offs, params.predict, kind.distance)
        (folder / "model.json").write_text(json.dumps(about, indent=2) + "\n")
        expected, keras_speed = timed(compile_inference(joined(network)), pictures.astype(np.uint8))
        got, speed = timed(exporting.load_exported(written, given.format), pictures)
        apart = float(np.abs(got - expected).max())
        if not apart <= TOLERANCE:
            raise InputError(f"{given.format} gives another P than Keras, by up to {apart:.1e}; it was not kept.")
        size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    print(
        f"{target}: {size / 1e6:.1f} MB, {speed:.0f} pictures/s (Keras: {keras_speed:.0f}), "
        f"P at most {apart:.0e} from Keras' on {len(pictures)} pictures"
    )


def unsure_rule(cut_offs: CutOffs, settings: Predict, distance: bool) -> dict[str, dict[str, object]]:
    """When a picture is unsure, as model.json has it.

    settings: the section `predict` of params
    distance: whether the export has the second output
    """
    ambiguous = "unless exactly one class has at least this P"
    rule = {AMBIGUOUS: {"when": ambiguous, "least": cut_offs.least, "coverage": settings.coverage}}
    if distance:
        far = {"farthest": cut_offs.farthest, "false_alarms": settings.false_alarms}
        rule[UNLIKE] = {"when": "the second output is above this"} | far
    return rule


def pictures_to_check(paths: list[Path], **limits: int) -> np.ndarray:
    """At most CHECKED pictures, float32 (n, size, size, 3): those at `paths`, or else of the test split."""
    outcomes = prepare_files(paths, **limits)
    shown = list(islice((outcome.pixels() for _, outcome in outcomes if isinstance(outcome, Prepared)), CHECKED))
    if not shown:
        store = PictureStore("data/prepared")
        shown = [store.picture(row) for row in np.flatnonzero(store.manifest["split"] == "test")[:CHECKED]]
    return np.array(shown, np.float32)


def timed(call: Callable, pictures: np.ndarray) -> tuple[np.ndarray, float]:
    """What `call` gives for the pictures, batch by batch, and how many it takes a second once it is warm."""
    batches = [pictures[at : at + INFERENCE_BATCH] for at in range(0, len(pictures), INFERENCE_BATCH)]
    for batch in (batches[0], batches[-1]):  # of another size, which some trace anew
        call(batch)
    start = time.perf_counter()
    given = np.concatenate([np.asarray(call(batch)) for batch in batches])
    return given, len(pictures) / (time.perf_counter() - start)
