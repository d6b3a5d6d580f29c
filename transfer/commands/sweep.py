"""the committed workflow with several seeds, through DVC's queue; then what to expect of a seed.

Prints mean, standard deviation and range of every metric over the experiments. Without --seeds nothing runs: the
revisions named (commits, branches, tags, experiments) are summarised as they are.
"""

import argparse
import re
import sys
import time

from transfer.errors import InputError
from transfer.project.revisions import WORKSPACE, Revision
from transfer.project.shell import run_command
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
        through_queue(seeds, given.jobs)
    failed = sorted(set(seeds) - finished())
    runs = {name: Revision(name).metrics() for name in [*given.revisions, *seeds] if name not in failed}
    if runs:
        shared = [model for model in next(iter(runs.values())) if all(model in run for run in runs.values())]
        print(f"over {', '.join(runs)}:\n")
        print(spread_table([{model: run[model] for model in shared} for run in runs.values()]))
    if failed:
        raise InputError(
            f"{len(failed)} of {len(seeds)} experiments failed: {', '.join(failed)}; "
            f"`dvc queue logs {failed[0]}` says why."
        )


def through_queue(seeds: dict[str, int], jobs: str) -> None:
    """Run those experiments that are neither there nor on their way, and wait for all."""
    if run_command("git", "status", "--porcelain", "--untracked-files=no"):
        raise InputError("a sweep is of what is committed; commit the changes (`git status` lists them) and run again.")
    there, params = finished(), Revision(WORKSPACE).params()
    for name in there & set(seeds):
        if Revision(name).params() != params | {"seed": seeds[name]}:
            raise InputError(f"an experiment {name} with other params is there; `dvc exp remove {name}` makes room.")
    missing = [name for name in seeds if name not in there]
    if not missing:
        return
    under_way = active()
    for name in missing:
        if name not in under_way:
            run_command("dvc", "exp", "run", "--queue", "--name", name, "--set-param", f"seed={seeds[name]}")
    run_command("dvc", "queue", "start", "--jobs", jobs)
    before = {}
    while before != (now := {name: state for name, state in active().items() if name in seeds}) or now:
        ended = {name: "ended" for name in before if name not in now}
        for name, state in (now | ended).items():
            if before.get(name) != state:
                print(f"{name}: {state.lower()}", file=sys.stderr)
        before = now
        time.sleep(POLL if now else 0)


def finished() -> set[str]:
    """Names of the experiments that started from the present commit and ended well."""
    return set(run_command("dvc", "exp", "list", "--name-only").split())


def active() -> dict[str, str]:
    """Names of the experiments that wait or run, and which of the two."""
    return dict(
        re.findall(r"^\w{7}\s+(\S+)\s.*\b(Queued|Running)$", run_command("dvc", "queue", "status"), re.MULTILINE)
    )
