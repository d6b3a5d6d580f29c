"""two experiments, model against model, on the same test pictures.

An experiment is a commit, a branch, a tag, or the name of an experiment of `dvc exp`. It may be followed by :MODEL, as
in main:head; without that its fine-tuned model is compared. Only what is in Git is read: nothing has to be pulled.
"""

import argparse
import io
import json

from transfer.analysis import findings, paired
from transfer.analysis.alignment import align
from transfer.analysis.metrics import measure
from transfer.analysis.predictions import Predictions
from transfer.analysis.same_classes import require_same_classes
from transfer.classes import Classes
from transfer.errors import InputError
from transfer.project.revisions import WORKSPACE, Revision
from transfer.report.table import changes_table, paired_table
from transfer.report.wording import Texts, plain

MODEL = "finetuned"
JUST_CLEAR = (
    "An interval that stays just clear of zero need not show a difference: the tests of the verdict are exact and "
    "share their risk."
)
ONE_TRAINING = "This is about these two models: one training each cannot rank two ways to train, `make sweep` can."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("first", metavar="REV[:MODEL]")
    parser.add_argument("second", metavar="REV[:MODEL]", nargs="?", default=WORKSPACE, help="default: the workspace")


def main(given: argparse.Namespace) -> None:
    names = (given.first, given.second)
    if given.first == given.second:
        raise InputError(f"{given.first} would be compared with itself; name two experiments.")
    models = {name: find_model(name) for name in names}
    classes = {name: revision.classes() for name, (revision, _) in models.items()}
    require_same_classes(classes)
    # The order of classes has no say: both are read in the first one's.
    predictions = align({name: read_predictions(*model, classes[given.first]) for name, model in models.items()})

    # With the seed of the run, so that two models of one run come out as in its metrics/comparison.json.
    comparison = paired.compare(*predictions.values(), seed=models[given.first][0].data_seed())
    metrics = {name: measure(predicted) for name, predicted in predictions.items()}
    texts = Texts("en")
    found = [findings.verdict(comparison, *names), findings.log_loss_difference(comparison, *names)]
    found += findings.classes(comparison, *names, {name: name for name in classes[given.first].names})
    which = [f"{model} of {revision.name}" for revision, model in models.values()]
    print(f"compared: {', '.join(which)}")
    print(paired_table(metrics, comparison))
    print(plain(f"Verdict: {' '.join(map(texts.say, found))}"))
    if findings.just_clear(comparison):
        print(JUST_CLEAR)
    if hint := recommended_models(given, [revision for revision, _ in models.values()]):
        print(hint)
    print(f"{ONE_TRAINING}\n")
    print(changes_table(predictions))


def recommended_models(given: argparse.Namespace, revisions: list[Revision]) -> str:
    """A sentence with the models that the runs' own verdicts recommend; "" if they are compared, or one was named."""
    if any(":" in name for name in (given.first, given.second)):
        return ""
    named = []
    for revision in revisions:
        try:
            named.append(f"{revision.name}:{json.loads(revision.text('metrics/comparison.json'))['recommended']}")
        except (InputError, ValueError, KeyError):  # of a run before there was such a verdict
            return ""
    if all(name.endswith(f":{MODEL}") for name in named):
        return ""
    return f"Their own verdicts recommend other models; `transfer compare {' '.join(named)}` compares those."


def find_model(name: str) -> tuple[Revision, str]:
    """The revision and the model that `name` means; InputError where there are no predictions of it."""
    rev, _, model = name.partition(":")
    revision = Revision(rev or WORKSPACE)
    model = model or MODEL
    if model not in revision.models():
        there = ", ".join(revision.models()) or "none; run it first"
        raise InputError(f"{revision.name} has no predictions of a model {model!r}; those it has: {there}.")
    return revision, model


def read_predictions(revision: Revision, model: str, classes: Classes) -> Predictions:
    """The predictions of a model, as indices of `classes`."""
    return Predictions.read(io.StringIO(revision.text(f"plots/{model}/predictions.csv")), classes)
