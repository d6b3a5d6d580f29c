"""Check params.yaml, and that a local source is there. Says nothing where all is sound."""

import argparse
from pathlib import Path

from transfer.errors import InputError
from transfer.project.params import load_params


def add_arguments(parser: argparse.ArgumentParser) -> None:
    pass


def main(given: argparse.Namespace) -> None:
    data = load_params().data
    # Asked for here and not of every stage: where results were pulled, their sources need not be.
    for split, place in data.local.places.items() if data.source == "local" else ():
        if not Path(place).expanduser().exists():
            raise InputError(f"data.local.{split} names {place}, which is not there; name a folder or an archive.")
