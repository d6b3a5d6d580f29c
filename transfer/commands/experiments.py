"""the experiments that started from this commit, a few columns each: both models' figures, and the params that changed.

Validation figures are those of the epoch with the lowest validation log-loss, which training chose from; test figures
are those of the model that was kept. Only what is in Git is read: nothing has to be pulled.
"""

import argparse
import csv
import io
import json
import textwrap

from transfer.errors import InputError
from transfer.project.committed import flatten
from transfer.project.revisions import Revision
from transfer.project.shell import run_command
from transfer.report.wording import shorten

COMMIT = "HEAD"
MODELS = ("head", "finetuned")
MEASURES = ("accuracy", "log_loss")
WIDTH, NAME, FIGURE = 120, 20, 7  # columns: of all, of a name at most, of a figure


def add_arguments(parser: argparse.ArgumentParser) -> None:
    pass


def main(given: argparse.Namespace) -> None:
    names = [COMMIT, *run_command("dvc", "exp", "list", "--name-only").split()]
    committed = flatten(Revision(COMMIT).params())
    rows = [(name, *read(name, committed)) for name in names]
    print("\n".join(table(rows)))


def read(name: str, committed: dict) -> tuple[list[float | None], list[str]]:
    """The figures of a revision, and its params that differ from the committed ones, each `key value`."""
    revision = Revision(name)
    params = flatten(revision.params())
    keys = [key for key in {**committed, **params} if params.get(key) != committed.get(key)]
    return figures(revision), [f"{key} {json.dumps(params.get(key), ensure_ascii=False)}" for key in keys]


def figures(revision: Revision) -> list[float | None]:
    """For each model each measure, on validation and on test pictures; None where there are none."""
    found: list[float | None] = []
    for model in MODELS:
        try:
            tested = json.loads(revision.text(f"metrics/{model}.json"))
            epochs = list(csv.DictReader(io.StringIO(revision.text(f"plots/{model}/history.csv"))))
        except InputError:
            found += [None] * 4
            continue
        best = min(epochs, key=lambda epoch: float(epoch["val_loss"]))
        validated = {"accuracy": best["val_accuracy"], "log_loss": best["val_loss"]}
        found += [float(of[measure]) for measure in MEASURES for of in (validated, tested)]
    return found


def table(rows: list[tuple[str, list[float | None], list[str]]]) -> list[str]:
    """Lines of at most WIDTH columns; changed params go on below where they do not fit.

    rows: of each experiment its name, its figures, its changed params
    """
    width = min(NAME, max(len("experiment"), *(len(name) for name, _, _ in rows)))
    indent = width + 2 * len(MODELS) * len(MEASURES) * FIGURE + 2
    lines = [
        " " * width + "".join(f"  {model:<{4 * FIGURE - 2}}" for model in MODELS),
        " " * width + "".join(f"  {measure:<{2 * FIGURE - 2}}" for _ in MODELS for measure in ("accuracy", "log-loss")),
        f"{'experiment':<{width}}" + f"{'val.':>{FIGURE}}{'test':>{FIGURE}}" * 4 + "  changed",
    ]
    lines.append("-" * max(map(len, lines)))
    for name, values, changed in rows:
        cells = "".join(f"{'-' if value is None else format(value, '.3f'):>{FIGURE}}" for value in values)
        parts = textwrap.wrap(", ".join(changed), WIDTH - indent) or [""]
        lines.append(f"{shorten(name, width):<{width}}{cells}  {parts[0]}")
        lines += [" " * indent + part for part in parts[1:]]
    return [line.rstrip() for line in lines]
