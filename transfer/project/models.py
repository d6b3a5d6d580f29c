"""The models that a run left, as a command line names them."""

import argparse
from pathlib import Path

from transfer.errors import InputError


def add_model_argument(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--model", default="finetuned", help="finetuned (the default), head, or a .keras file")


def model_path(model: str) -> Path:
    """Where a model lies: one of the run's, by name, or a .keras file. Raises InputError if it is not there."""
    path = Path(model) if model.endswith(".keras") else Path("models", model, "model.keras")
    if not path.is_file():
        raise InputError(f"{path} is not there; `dvc repro` makes the models head and finetuned, `dvc pull` gets them.")
    return path
