"""The models that a run left, as a command line names them."""

import argparse
import json
import sys
from pathlib import Path

from transfer.errors import InputError

COMPARISON = Path("metrics/comparison.json")


def add_model_argument(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--model", help="head, finetuned, or a .keras file; if not given, what the verdict recommends")


def choose_model(given: str | None) -> tuple[str, Path]:
    """The name of a model and where it lies; says on stderr which it is, and why.

    given: one of the run's by name, or a .keras file; None: the one that the verdict recommends
    Raises InputError if it is not there.
    """
    model, why = (given, "as --model says") if given else _recommended()
    path = Path(model) if model.endswith(".keras") else Path("models", model, "model.keras")
    if not path.is_file():
        raise InputError(f"{path} is not there; `dvc repro` makes the models head and finetuned, `dvc pull` gets them.")
    print(f"model: {path} ({why})", file=sys.stderr, flush=True)
    return path.stem if model.endswith(".keras") else model, path


def model_threshold(given: float | str, model: str) -> float:
    """The threshold of a model of two classes: `evaluate.threshold`, or where that is auto, what `evaluate` chose.

    Raises InputError if it chose none.
    """
    if given != "auto":
        return given
    path = Path("metrics", f"{model}.json")
    try:
        return float(json.loads(path.read_text())["threshold"])
    except (OSError, ValueError, KeyError, TypeError):
        raise InputError(
            f"evaluate.threshold is auto, and {path} does not say which it is; run `dvc repro`, or give a number."
        ) from None


def _recommended() -> tuple[str, str]:
    """The name of the model that the verdict recommends, and the words for it."""
    try:
        return json.loads(COMPARISON.read_text())["recommended"], "recommended by the verdict; --model takes another"
    except FileNotFoundError:
        return "finetuned", f"{COMPARISON} is not there to recommend one; --model takes another"
    except KeyError:
        return "finetuned", f"{COMPARISON} recommends none; --model takes another"
