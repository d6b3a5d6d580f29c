"""the experiments that started from this commit, a few columns each: both models' figures, and the params that changed.

They are in the order of the lowest validation log-loss of either model: choose by that. The test figures are for the
end: whoever chooses by them will find the chosen one worse on the next pictures. Below stands how many models this test
set has seen. Only what is in Git is read.
"""

import argparse
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
    names = [COMMIT, *listed()]
    run = Revision(COMMIT).text("dvc.lock")
    committed = flatten(Revision(COMMIT).params())
    rows = [(name, *read(name, committed)) for name in names]
    print("\n".join(table(sorted(rows, key=lambda row: validation_loss(row[1])))))
    print(textwrap.fill(looked_at(), WIDTH))
    earlier = [name for name in sorted(listed("--all-commits")) if name not in names]
    # What was committed as this commit is no other experiment.
    if earlier := [name for name in earlier if Revision(name).text("dvc.lock") != run]:
        others = f"From earlier commits there are {', '.join(earlier)}; `transfer compare` takes these names too."
        print(textwrap.fill(others, WIDTH))


def looked_at() -> str:
    """How many models were tested on these test pictures, by all that Git knows: commits, branches and experiments."""
    paths = [f"plots/{model}/predictions.csv" for model in MODELS]
    every = run_command("git", "rev-list", "--all", "--objects", "--", *paths).splitlines()
    contents = {object_ for object_, _, path in (line.partition(" ") for line in every) if path in paths}
    tested = tested_pictures(Revision(COMMIT).text(paths[0]))
    models = sum(tested_pictures(run_command("git", "cat-file", "blob", content)) == tested for content in contents)
    return (
        f"Models tested on these {len(tested)} test pictures, by all that is in Git: {models}. Each look wears them "
        "out: choose by the lowest validation log-loss, of equals the simpler one; `transfer compare` says on the test "
        "pictures whether two differ. For the last word test on pictures that nobody has looked at."
    )


def tested_pictures(predictions: str) -> frozenset[str]:
    """The ids in a predictions.csv."""
    return frozenset(line.partition(",")[0] for line in predictions.splitlines()[1:])


def listed(*options: str) -> list[str]:
    """The names of the experiments that started from this commit, or as options of `dvc exp list` ask."""
    return run_command("dvc", "exp", "list", "--name-only", *options).split()


def validation_loss(figures: list[float | None]) -> float:
    """The lowest of both models; infinite where there is none."""
    return min((loss for loss in figures[2::4] if loss is not None), default=float("inf"))


def read(name: str, committed: dict) -> tuple[list[float | None], list[str]]:
    """The figures of a revision, and its params that differ from the committed ones, each `key value`."""
    revision = Revision(name)
    params = flatten(revision.params())
    keys = [key for key in {**committed, **params} if params.get(key) != committed.get(key)]
    return figures(revision), [f"{key} {json.dumps(params.get(key), ensure_ascii=False)}" for key in keys]


def figures(revision: Revision) -> list[float | None]:
    """For each model each measure, on validation and on test pictures; None where there are none."""
    validated = content_of(revision, "metrics/validation.json")
    found: list[float | None] = []
    for model in MODELS:
        parts = (validated.get(model, {}), content_of(revision, f"metrics/{model}.json"))
        found += [part.get(measure) for measure in MEASURES for part in parts]
    return found


def content_of(revision: Revision, path: str) -> dict:
    """A file of JSON; nothing where an older or an unfinished run has none."""
    try:
        return json.loads(revision.text(path))
    except InputError:
        return {}


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
        cells = "".join(f"{'-' if value is None else format(value, '.4f'):>{FIGURE}}" for value in values)
        parts = textwrap.wrap(", ".join(changed), WIDTH - indent) or [""]
        lines.append(f"{shorten(name, width):<{width}}{cells}  {parts[0]}")
        lines += [" " * indent + part for part in parts[1:]]
    return [line.rstrip() for line in lines]
