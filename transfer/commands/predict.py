"""Call the class of pictures, one line each: the file, the class, and how probable it is.

Of many classes the line has the likeliest three, each with its probability. Which model calls them is said on stderr.
A line ends with a reason where the model is unsure: the picture is ambiguous, or unlike the training pictures.

A picture is prepared as in `preprocess` and classified as in `evaluate`: one of the test split gets the digits that
stand in its predictions.csv. Exit codes: 0 all files were called; 4 some could not be, and are named; 2 none could, or
what the command line names is not there.
"""

import argparse
import csv
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from tqdm import tqdm

from transfer.analysis.cut_offs import CutOffs, fewest_for
from transfer.classes import Classes
from transfer.dataset.loose import list_files, prepare_files
from transfer.dataset.pictures import Prepared
from transfer.dataset.rejects import printable
from transfer.errors import InputError
from transfer.network.inference.batch_size import INFERENCE_BATCH
from transfer.project.models import add_model_argument, choose_model, model_threshold
from transfer.project.params import load_params
from transfer.project.schema import Params, Predict

SOME_UNREADABLE = 4  # exit code
LIKELIEST = 3  # classes in a line


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="a picture, or a folder of them")
    parser.add_argument("--csv", type=Path, metavar="OUT", help="write a table too: id, file, predicted, ...")
    parser.add_argument("--all-classes", action="store_true", help="in the table, add a column P(CLASS) for each class")
    add_model_argument(parser)


def main(given: argparse.Namespace) -> int:
    params = load_params()
    if given.all_classes and not given.csv:
        raise InputError("--all-classes adds columns to a table; name the table with --csv too.")
    for missing in (path for path in given.paths if not path.exists()):
        raise InputError(f"{missing} is not there; name pictures, or folders of them.")
    total = sum(1 for _ in list_files(given.paths))
    if not total:
        raise InputError(f"there is no file in {', '.join(map(str, given.paths))}; name pictures, or folders of them.")
    with table(given.csv) as add_row:
        caller = open_caller(given.model, params)
        limits = {"min_size": params.image.min_size, "max_pixels": params.image.max_pixels}
        outcomes = prepare_files(given.paths, size=caller.size, **limits)
        columns = [f"P({name})" for name in caller.classes.names] if given.all_classes else []
        add_row("id", "file", "predicted", "probability", "problem", "unsure", *columns)
        called = classify(caller, outcomes, total=total, add_row=add_row, columns=len(columns))
        if not called:
            raise InputError("none of these files is a picture that can be read.")
    if called < total:
        print(f"{total - called} of {total} files were passed over; the reasons are above.", file=sys.stderr)
        return SOME_UNREADABLE
    return 0


class Caller(NamedTuple):
    """A model that is ready to call pictures.

    classifier: as from `load_model`
    size: pixels, square, of the pictures that it takes
    threshold: see `call_class`
    judge: from at most INFERENCE_BATCH pictures, uint8 (b, size, size, 3), to b pairs: the probabilities of the
        classes, float32 (classes,), and the reason not to be sure, or ""
    """

    classifier: Any
    classes: Classes
    size: int
    threshold: float
    judge: Callable[[np.ndarray], Sequence[tuple[np.ndarray, str]]]


def open_caller(given: str | None, params: Params) -> Caller:
    """The model that `--model` names, or the recommended one; says on stderr which, and on which device.

    Raises InputError if it is not there.
    """
    model, path = choose_model(given)
    # Here and not above: it takes seconds, and the workers that prepare the pictures import this module.
    from transfer.network import runtime
    from transfer.network.inference.forward import compile_inference, predict_padded
    from transfer.network.inference.unsure import Usual
    from transfer.network.inference.watching import joined, parted, watched, with_logits
    from transfer.network.model_file import load_model, read_classes

    runtime.configure(params.seed.data, params.hardware.devices)
    print(runtime.describe_devices(), file=sys.stderr)
    classes, usual, classifier = read_classes(path), Usual.read(path.parent), load_model(path)
    cut_offs = usual and cut_offs_of(usual.probabilities, usual.distances, params.predict)
    network = watched(classifier, usual, params.evaluate.mirror)
    # With the logits, as `evaluate` has it: a network without them may be computed with other roundings.
    infer, units = compile_inference(joined(with_logits(network))), network.outputs[0].shape[-1]

    def judge(pictures: np.ndarray) -> list[tuple[np.ndarray, str]]:
        probabilities, _, distances = parted(predict_padded(infer, pictures, INFERENCE_BATCH), units)
        if not cut_offs:
            return [(one, "") for one in probabilities]
        return [(one, cut_offs.reason(one, far)) for one, far in zip(probabilities, distances, strict=True)]

    threshold = model_threshold(params.evaluate.threshold, model) if classes.binary else 0.5
    return Caller(classifier, classes, network.input.shape[1], threshold, judge)


def classify(caller: Caller, outcomes: Iterator, total: int, add_row: Callable, columns: int) -> int:
    """Say of each file what it shows, batch by batch as they come; returns how many were pictures.

    outcomes: as from `prepare_files`, `total` of them
    add_row: as from `table`; a row ends with the probabilities of so many classes as there are `columns` for
    """
    called = 0
    with tqdm(desc="predicting", total=total, unit="picture", disable=None) as progress:
        while batch := list(islice(outcomes, INFERENCE_BATCH)):
            pictures = [outcome.pixels() for _, outcome in batch if isinstance(outcome, Prepared)]
            called += len(pictures)
            found = iter(caller.judge(np.array(pictures)) if pictures else ())
            for file, outcome in batch:
                name = printable(str(file))
                if isinstance(outcome, Prepared):
                    probabilities, unsure = next(found)
                    predicted, probability, words = call_class(probabilities, caller.classes, caller.threshold)
                    progress.write(f"{name}: {words}{unsure and f'; unsure: {unsure}'}")
                    add_row(outcome.id, name, predicted, probability, "", unsure, *probabilities[:columns])
                else:
                    why = ": ".join(outcome)
                    progress.write(f"{name}: passed over, {why}", file=sys.stderr)
                    add_row("", name, "", "", why, "", *[""] * columns)
            progress.update(len(batch))
    return called


def call_class(probabilities: np.ndarray, classes: Classes, threshold: float) -> tuple[str, np.float32, str]:
    """The class of one picture, the probability that predictions.csv would have, and both in words.

    probabilities: float32 (classes,)
    threshold: in the binary form, the probability from which the positive class is called; else without a say
    """
    if classes.binary:
        probability = probabilities[1]
        predicted = classes.names[int(float(probability) >= threshold)]
        return predicted, probability, f"{predicted}, P({classes.positive}) = {probability:.4f}"
    likeliest = np.argsort(-probabilities, kind="stable")[:LIKELIEST]
    words = ", ".join(f"{classes.names[target]} {probabilities[target]:.4f}" for target in likeliest)
    return classes.names[likeliest[0]], probabilities[likeliest[0]], words


def cut_offs_of(of_actual: np.ndarray, distances: np.ndarray, settings: Predict) -> CutOffs:
    """Where doubt begins; says on stderr where the validation pictures are too few for what is asked.

    of_actual, distances: see `CutOffs.of`
    settings: the section `predict` of params
    """
    fewest = fewest_for(settings.coverage)
    if len(of_actual) < fewest:
        said = f"{len(of_actual)} validation pictures cannot vouch for predict.coverage {settings.coverage:g}"
        todo = "add pictures, or run `dvc exp run -S predict.coverage=0.9`, which takes 9"
        print(f"note: {said}, which takes {fewest}, so every picture counts as ambiguous; {todo}.", file=sys.stderr)
    return CutOffs.of(of_actual, distances, settings.coverage, settings.false_alarms)


@contextmanager
def table(path: Path | None) -> Iterator[Callable]:
    """Yield a function that adds a row to the CSV at `path`, which appears when it is whole; None: no CSV."""
    if path is None:
        yield lambda *row: None
        return
    partial = path.with_name(f".{path.name}.partial")
    try:
        file = partial.open("w", newline="", encoding="utf-8")
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror}.") from None
    try:
        with file:
            write = csv.writer(file, lineterminator="\n").writerow
            yield lambda *row: write(row)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
