"""two experiments, model against model, on the same test pictures.

An experiment is a commit, a branch, a tag, or the name of an experiment of `dvc exp`. It may be followed by :MODEL, as
in main:head; without that its fine-tuned model is compared. Only what is in Git is read: nothing has to be pulled.
"""

import argparse
import io

from transfer.analysis import findings, paired
from transfer.analysis.metrics import classification_metrics
from transfer.analysis.predictions import Predictions, align
from transfer.errors import InputError
from transfer.project.revisions import WORKSPACE, Revision
from transfer.report.table import changes_table, paired_table
from transfer.report.wording import Texts, plain

MODEL = "finetuned"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("first", metavar="REV[:MODEL]")
    parser.add_argument("second", metavar="REV[:MODEL]", nargs="?", default=WORKSPACE, help="default: the workspace")


def main(given: argparse.Namespace) -> None:
    names = (given.first, given.second)
    if given.first == given.second:
        raise InputError(f"{given.first} would be compared with itself; name two experiments.")
    read = {name: read_experiment(name) for name in names}
    predictions = align({name: predicted for name, (predicted, _) in read.items()})
    first, second = predictions.values()
    if first.classes[1] != second.classes[1]:
        raise InputError(
            f"{given.first} gives P({first.classes[1]}), {given.second} P({second.classes[1]}); "
            "compare experiments with the same data.positive_class."
        )

    # With the seed of the run, so that two models of one run come out as in its metrics/comparison.json.
    comparison = paired.compare(first, second, seed=read[given.first][1]["seed"])
    metrics = {
        name: classification_metrics(predicted.actual, predicted.probability, predicted.implied_threshold())
        for name, predicted in predictions.items()
    }
    texts = Texts("en")
    found = (findings.verdict(comparison, *names), findings.difference(comparison, "log_loss", *names))
    print(paired_table(metrics, comparison))
    print(plain(f"Verdict: {' '.join(map(texts.say, found))}\n"))
    print(changes_table(predictions))


def read_experiment(name: str) -> tuple[Predictions, dict]:
    """The predictions of the model that `name` means, and the params of its run."""
    rev, _, model = name.partition(":")
    revision = Revision(rev or WORKSPACE)
    model = model or MODEL
    if model not in revision.models():
        there = ", ".join(revision.models()) or "none; run it first"
        raise InputError(f"{revision.name} has no predictions of a model {model!r}; those it has: {there}.")
    params = revision.params()
    text = io.StringIO(revision.text(f"plots/{model}/predictions.csv"))
    return Predictions.read(text, revision.classes().names[-1]), params
