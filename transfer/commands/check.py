"""Check params.yaml, and that what it names is there. Says nothing where all is sound."""

import argparse
from pathlib import Path

import yaml

from transfer.errors import InputError
from transfer.network.candidates import Candidate
from transfer.network.catalogue import require_extra
from transfer.project.params import load_params


def add_arguments(parser: argparse.ArgumentParser) -> None:
    pass


def main(given: argparse.Namespace) -> None:
    params = load_params()
    data, built = params.data, [Candidate.parse(candidate).backbone for candidate in params.candidates]
    if params.backbone.weights != "random":
        built += params.backbone.names
    for name in built:
        require_extra(name)
    if data.source != "local" or data.local.model_dump() == brought():
        return
    for split, place in data.local.places.items():
        if not Path(place).expanduser().exists():
            raise InputError(f"data.local.{split} names {place}, which is not there; name a folder or an archive.")


def brought() -> dict | None:
    """The places whose pictures the last run brought: where its results were pulled, the places need not be."""
    try:
        download = yaml.safe_load(Path("dvc.lock").read_text(encoding="utf-8"))["stages"]["download"]
        return download["params"]["params.yaml"].get("data.local")
    except (OSError, yaml.YAMLError, KeyError, TypeError):
        return None
