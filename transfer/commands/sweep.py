"""the committed workflow with several seeds, through DVC's queue, and how much the seed matters.

Prints mean, standard deviation and range of every metric over the experiments, and what the ways to train are worth,
with an interval over trainings and test pictures. Without --seeds nothing runs: the revisions that are named (commits,
branches, tags, experiments) are summarised as they are.
"""

import argparse
import re
import sys
import time

from transfer.analysis.alignment import align
from transfer.analysis.metrics import Metrics, from_json
from transfer.analysis.same_classes import require_same_classes
from transfer.commands.compare import read_predictions
from transfer.errors import InputError
from transfer.project.revisions import WORKSPACE, Revision
from transfer.project.shell import run_command
from transfer.report.recipe_table import recipe_table
from transfer.report.table import spread_table

POLL = 5  # seconds


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("revisions", metavar="REV", nargs="*", help="to summarise, beside what runs")
    parser.add_argument("--seeds", type=int, nargs="+", default=[], help="to run, as experiments seed-1, seed-2, ...")
    parser.add_argument("--jobs", default="1", help="how many at a time (a GPU holds one)")


def main(given: argparse.Namespace) -> None:
    seeds = {f"seed-{seed}": seed for seed in given.seeds}
    if not seeds and not given.revisions:
        raise InputError("there is nothing to summarise; name seeds to run (--seeds 1 2 3), or revisions.")
    if seeds:
        run_through_queue(seeds, given.jobs)
    failed = sorted(set(seeds) - finished())
    succeeded = [name for name in [*given.revisions, *seeds] if name not in failed]
    if succeeded:
        require_same_classes({name: Revision(name).classes() for name in succeeded})
        print(f"over {', '.join(succeeded)}:\n")
        runs = common_models([read_metrics(name) for name in succeeded])
        print(spread_table(runs))
        print(f"\n{recipes(succeeded, list(runs[0]))}")
    if failed:
        raise InputError(
            f"{len(failed)} of {len(seeds)} experiments failed: {', '.join(failed)}; "
            f"`dvc queue logs {failed[0]}` says why."
        )


def read_metrics(revision: str) -> dict[str, Metrics]:
    """The metrics of a revision, by model."""
    return {model: from_json(content) for model, content in Revision(revision).metrics().items()}


def common_models(runs: list[dict[str, Metrics]]) -> list[dict[str, Metrics]]:
    """The same runs, with those models only that all of them have."""
    common = [model for model in runs[0] if all(model in run for run in runs)]
    return [{model: run[model] for model in common} for run in runs]


def recipes(revisions: list[str], models: list[str]) -> str:
    """What each way to train is worth over these trainings, as a table; or why that cannot be said."""
    if len(revisions) < 2:
        return "One training says nothing about how much the next one would differ."
    classes = Revision(revisions[0]).classes()
    names = [(revision, model) for revision in revisions for model in models]
    try:
        aligned = align({name: read_predictions(Revision(name[0]), name[1], classes) for name in names})
    except InputError as error:
        return f"No interval over trainings: {error}"
    seed = Revision(revisions[0]).data_seed()
    return recipe_table({model: [aligned[revision, model] for revision in revisions] for model in models}, seed)


def run_through_queue(seeds: dict[str, int], jobs: str) -> None:
    """Run the experiments that have not run and are not queued, and wait for all of them.

    seeds: by name of the experiment
    jobs: how many run at a time
    """
    if run_command("git", "status", "--porcelain", "--untracked-files=no"):
        raise InputError(
            "a sweep runs what is committed; commit the changes (`git status` lists them), then start the sweep again."
        )
    already, params = finished(), Revision(WORKSPACE).params()
    for name in already & set(seeds):
        if Revision(name).params() != params | {"seed": params["seed"] | {"training": seeds[name]}}:
            raise InputError(f"an experiment {name} with other params exists; `dvc exp remove {name}` makes room.")
    missing = [name for name in seeds if name not in already]
    if not missing:
        return
    queued = active()
    for name in missing:
        if name not in queued:
            run_command("dvc", "exp", "run", "--queue", "--name", name, "--set-param", f"seed.training={seeds[name]}")
    run_command("dvc", "queue", "start", "--jobs", jobs)
    wait_for(set(seeds))


def wait_for(names: set[str]) -> None:
    """Wait until no experiment of these is queued or running, and print each change of state."""
    before: dict[str, str] = {}
    while True:
        now = {name: state for name, state in active().items() if name in names}
        ended = {name: "ended" for name in before if name not in now}
        for name, state in (now | ended).items():
            if before.get(name) != state:
                print(f"{name}: {state.lower()}", file=sys.stderr)
        if not now:
            return
        before = now
        time.sleep(POLL)


def finished() -> set[str]:
    """Names of the experiments that started from the current commit and succeeded."""
    return set(run_command("dvc", "exp", "list", "--name-only").split())


def active() -> dict[str, str]:
    """The state of each experiment that is queued or running, by name."""
    return dict(
        re.findall(r"^\w{7}\s+(\S+)\s.*\b(Queued|Running)$", run_command("dvc", "queue", "status"), re.MULTILINE)
    )
