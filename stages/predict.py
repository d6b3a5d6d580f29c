"""Call the class of pictures, one line each: the file, the class, and P(positive class).

A picture is prepared as in `preprocess` and judged as in `evaluate`: one of the test split gets the digits that stand
in its predictions.csv. Exit codes: 0 all files were called; 4 some could not be, and are named; 2 none could, or what
the command line names is not there.
"""

import argparse
import csv
import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from itertools import islice
from pathlib import Path

import numpy as np
from PIL import Image
from tqdm import tqdm

from stages.dataset.audit import printable
from stages.dataset.loose import files, prepared
from stages.dataset.pictures import Prepared
from stages.dataset.store import PictureStore
from stages.errors import InputError
from stages.params import load
from stages.runner import run, whole

BATCH = 32  # pictures, as in evaluate
CHECKED, TOLERANCE = 100, 1e-4  # pictures on which an export has to agree with Keras, and to within which P
SOME_UNREADABLE = 4


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="a picture, or a folder of them")
    parser.add_argument("--model", default="finetuned", help="finetuned (the default), head, or a .keras file")
    either = parser.add_mutually_exclusive_group()
    either.add_argument("--csv", type=Path, metavar="OUT", help="write a table too: id, file, predicted, probability")
    either.add_argument(
        "--export",
        choices=("saved_model", "onnx", "tflite"),
        help="write the model for another runtime, checked on the pictures, or on the test split if none are named",
    )


def main(given: argparse.Namespace) -> None:
    params = load()
    named = not given.model.endswith(".keras")
    path = Path("models", given.model, "model.keras") if named else Path(given.model)
    if not path.is_file():
        raise InputError(f"{path} is not there; `dvc repro` makes the models head and finetuned, `dvc pull` gets them.")
    for missing in (path for path in given.paths if not path.exists()):
        raise InputError(f"{missing} is not there; name pictures, or folders of them.")
    total = sum(1 for _ in files(given.paths))
    if not total and not given.export:
        raise InputError(f"no file is in {', '.join(map(str, given.paths)) or 'nothing'}; name pictures, or folders.")

    with table(given.csv) as add:
        # Here and not above: it takes seconds, and the workers that prepare the pictures import this module.
        from stages.network import runtime
        from stages.network.classifier import classes_of, mirrored, read
        from stages.network.inference import compiled

        runtime.set_up(params.seed)
        classes, network = classes_of(path), read(path)
        network = mirrored(network) if params.evaluate.mirror else network
        limits = {"min_size": params.image.min_size, "max_pixels": params.image.max_pixels}
        outcomes = prepared(given.paths, size=network.input.shape[1], **limits)
        if given.export:
            export(network, classes, given.export, given.model if named else path.stem, outcomes)
            return
        called = judge(compiled(network), classes, params.evaluate.threshold, outcomes, total, add)
        if not called:
            raise InputError("none of these files is a picture that can be read.")
    if called < total:
        print(f"{total - called} of {total} files were passed over; the reasons are above.", file=sys.stderr)
        sys.exit(SOME_UNREADABLE)


def judge(
    call: Callable, classes: tuple[str, str], threshold: float, outcomes: Iterator, total: int, add: Callable
) -> int:
    """Say of each file what it shows, batch by batch as they come; returns how many were pictures."""
    from stages.network.inference import apply

    called = 0
    with tqdm(desc="predicting", total=total, unit="picture", disable=None) as progress:
        while batch := list(islice(outcomes, BATCH)):
            pictures = [pixels(outcome) for _, outcome in batch if isinstance(outcome, Prepared)]
            called += len(pictures)
            probabilities = iter(apply(call, np.array(pictures), BATCH)[:, 0] if pictures else ())
            for file, outcome in batch:
                name = printable(str(file))
                if isinstance(outcome, Prepared):
                    p = next(probabilities)
                    predicted = classes[int(float(p) >= threshold)]
                    progress.write(f"{name}: {predicted}, P({classes[1]}) = {p:.4f}")
                    add(outcome.id, name, predicted, p, "")
                else:
                    why = ": ".join(outcome)
                    progress.write(f"{name}: passed over, {why}", file=sys.stderr)
                    add("", name, "", "", why)
            progress.update(len(batch))
    return called


def pixels(picture: Prepared) -> np.ndarray:
    return np.asarray(Image.open(BytesIO(picture.jpeg)))


@contextmanager
def table(path: Path | None) -> Iterator[Callable]:
    """Yield what adds a row to the CSV at `path`, if there is to be one; it gets its name when it is whole."""
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
            write(["id", "file", "predicted", "probability", "problem"])
            yield lambda *row: write(row)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def export(network, classes: tuple[str, str], kind: str, name: str, outcomes: Iterator) -> None:
    """Write exports/NAME/KIND, hold it against Keras on some pictures, and say how large, fast and near it is."""
    from stages.network import exporting
    from stages.network.inference import compiled

    shown = list(islice((pixels(outcome) for _, outcome in outcomes if isinstance(outcome, Prepared)), CHECKED))
    if not shown:
        store = PictureStore("data/prepared")
        shown = [store.picture(row) for row in np.flatnonzero(store.manifest["split"] == "test")[:CHECKED]]
    pictures = np.array(shown, np.float32)

    with whole(f"exports/{name}/{kind}") as folder:
        exporting.export(network, kind, folder / exporting.FORMATS[kind].name)
        about = {"classes": classes, "takes": "RGB, 0 to 255, float32", "size": pictures.shape[1]}
        (folder / "model.json").write_text(json.dumps(about | {"gives": f"P({classes[1]})"}, indent=2) + "\n")
        expected, keras_speed = timed(compiled(network), pictures.astype(np.uint8))
        got, speed = timed(exporting.runs(folder / exporting.FORMATS[kind].name, kind), pictures)
        apart = float(np.abs(got - expected).max())
        if not apart <= TOLERANCE:
            raise InputError(f"{kind} gives another P than Keras, by up to {apart:.1e}; it was not kept.")
        size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    print(
        f"exports/{name}/{kind}: {size / 1e6:.1f} MB, {speed:.0f} pictures/s (Keras: {keras_speed:.0f}), "
        f"P at most {apart:.0e} from Keras' on {len(pictures)} pictures"
    )


def timed(call: Callable, pictures: np.ndarray) -> tuple[np.ndarray, float]:
    """What `call` gives for the pictures, batch by batch, and how many it takes a second once it is warm."""
    batches = [pictures[at : at + BATCH] for at in range(0, len(pictures), BATCH)]
    for batch in (batches[0], batches[-1]):  # of another size, which some trace anew
        call(batch)
    start = time.perf_counter()
    given = np.concatenate([np.asarray(call(batch)) for batch in batches])
    return given, len(pictures) / (time.perf_counter() - start)


if __name__ == "__main__":
    run(main, options)
