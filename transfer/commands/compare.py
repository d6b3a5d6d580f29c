"""two experiments, model against model, on the same test pictures.

An experiment is a commit, a branch, a tag, or the name of one of `dvc exp`; with :MODEL behind it, such as main:head,
that model of it, and else its fine-tuned one. Only what is in Git is read: nothing has to be pulled.
"""

import argparse
import io

import pandas as pd

from transfer.analysis import paired, predictions
from transfer.analysis.metrics import classification_metrics
from transfer.errors import InputError
from transfer.project.revisions import WORKSPACE, Revision
from transfer.report.table import changes_table, paired_table

MODEL = "finetuned"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("first", metavar="REV[:MODEL]")
    parser.add_argument("second", metavar="REV[:MODEL]", nargs="?", default=WORKSPACE, help="default: the workspace")


def main(given: argparse.Namespace) -> None:
    names = (given.first, given.second)
    if given.first == given.second:
        raise InputError(f"{given.first} would be compared with itself; name two experiments.")
    read = {name: experiment(name) for name in names}
    tables = predictions.align({name: table for name, (table, _) in read.items()})
    params, others = (params for _, params in read.values())
    positive = params["data"]["positive_class"]
    if positive != others["data"]["positive_class"]:
        raise InputError(
            f"{given.first} gives P({positive}), {given.second} P({others['data']['positive_class']}); "
            "compare experiments with the same data.positive_class."
        )

    first, second = tables.values()
    actual = (first["actual"] == positive).to_numpy()
    thresholds = {name: predictions.implied_threshold(table, positive) for name, table in tables.items()}
    metrics = {
        name: classification_metrics(actual, table["probability"], thresholds[name]) for name, table in tables.items()
    }
    pair = (first["probability"], second["probability"])
    # The seed of the run, so that two models of one run come out as in its metrics/comparison.json.
    comparison = paired.compare(actual, *pair, tuple(thresholds.values()), params["seed"])
    print(paired_table(metrics, comparison))
    print(f"Verdict: {paired.verdict(comparison, *names)}\n")
    print(changes_table(tables, positive))


def experiment(name: str) -> tuple[pd.DataFrame, dict]:
    """The predictions of the model that is named, and the params that it was made with."""
    rev, _, model = name.partition(":")
    revision = Revision(rev or WORKSPACE)
    model = model or MODEL
    if model not in revision.models():
        there = ", ".join(revision.models()) or "none; run it first"
        raise InputError(f"{revision.name} has no predictions of a model {model!r}; those it has: {there}.")
    return predictions.read(io.StringIO(revision.text(f"plots/{model}/predictions.csv"))), revision.params()
