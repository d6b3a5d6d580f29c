"""Check that the committed result is whole, is what it claims to be, and reaches everybody.

Looks at the commit, in a fresh clone in a temporary folder, which pulls everything from the remote; the workspace is
left alone. Where no remote is configured, the clone takes its outputs from the cache here.
"""

import argparse
import json
import sys
import tempfile
from pathlib import Path

from dvc.repo import Repo

from transfer.errors import InputError
from transfer.project import cache_objects
from transfer.project.dvc_outputs import configure_clone, locked_outputs, tracked_outputs
from transfer.project.shell import run_command

# How far apart a metric may be: of the same models tested again, and after a whole rerun on another kind of machine,
# where the last digits of every operation differ and training carries them on. With TensorFlow's other CPU kernels (no
# oneDNN) the shipped run's accuracy moved by 0.003, its log-loss by 0.001, and its recall, which moved most, by 0.027.
TESTED_AGAIN, TRAINED_AGAIN = 1e-4, 0.05
MODELS = ("head", "finetuned")
NEEDED_TO_TEST = {"data/prepared", "models/head", "models/finetuned"}


class Checks:
    """Prints the outcome of each check, and counts them."""

    def __init__(self):
        self.count, self.failed = 0, []

    def __call__(self, passed: bool, what: str, detail: str) -> None:
        print(f"{'ok' if passed else 'FAILED':<8}{what}: {detail}", flush=True)
        self.count += 1
        self.failed += [] if passed else [what]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--full", action="store_true", help="run every stage anew in the clone, too")


def main(given: argparse.Namespace) -> None:
    check = Checks()
    if changed := run_command("git", "status", "--porcelain", "--untracked-files=no"):
        print(f"note    {len(changed.splitlines())} changed files are not committed, and not looked at")
    with tempfile.TemporaryDirectory(prefix="verify-") as temporary, Repo() as here:
        check_workspace(here, check)
        clone = Path(temporary) / "clone"
        run_command("git", "clone", "--quiet", ".", str(clone))
        if remote := here.config["core"].get("remote"):
            cache = fetch(clone, here, remote, Path(temporary) / "cache", check)
        else:
            print("note    no remote is configured: outputs come from the cache here (`dvc remote add -d NAME URL`)")
            cache = Path(here.cache.local.path)
            configure_clone(clone, {"cache": {"dir": str(cache.parent.parent)}})
        if check_outputs(clone, cache, remote or "the cache", check) >= NEEDED_TO_TEST:
            test_again(clone, check)
        else:
            check(False, "evaluate", "not tested again: some of what it needs is missing or damaged")
        if given.full:
            run_again(clone, Path(temporary) / "anew", check)
    if check.failed:
        raise InputError(
            f"{len(check.failed)} of {check.count} checks failed: {', '.join(check.failed)}; "
            'see "When something goes wrong" in docs/sharing.md.'
        )
    print(f"verified: {check.count} checks, commit {run_command('git', 'rev-parse', '--short', 'HEAD').strip()}")


def check_workspace(here: Repo, check: Checks) -> None:
    """Check every object of the cache, and every output in the workspace, against its hash."""
    stored = list(cache_objects.stored_objects(Path(here.cache.local.path)))
    damaged = [path for path in stored if not cache_objects.matches_hash(path)]
    check(not damaged, "cache", summarise_failures(damaged, len(stored), "objects hash to their names"))
    present = {name: out for name, out in tracked_outputs(here).items() if out.cached and Path(name).exists()}
    ignored = here.dvcignore.is_ignored_file  # such as what `transfer review` leaves beside the report
    other = [name for name, out in present.items() if cache_objects.content_hash(Path(name), ignored) != out.hash]
    check(not other, "workspace", summarise_failures(other, len(present), "outputs are as dvc.lock says"))


def fetch(clone: Path, here: Repo, remote: str, cache: Path, check: Checks) -> Path:
    """Fetch what the commit names into an empty cache, with the address and the credentials that are valid here.

    Returns where that cache keeps its objects.
    """
    configure_clone(clone, {"core": {"remote": remote}, "remote": here.config["remote"], "cache": {"dir": str(cache)}})
    try:
        run_command(sys.executable, "-m", "dvc", "fetch", folder=clone)
    except InputError as error:
        check(False, "fetch", str(error))
    return cache / "files" / "md5"


def check_outputs(clone: Path, cache: Path, place: str, check: Checks) -> set[str]:
    """Check every output that the commit's dvc.lock names, and return the paths of those that passed.

    cache: where the objects lie
    place: where they came from, as readers call it
    """
    named = locked_outputs(clone)
    files = {
        name: cache_objects.stored_files(name, out.hash, cache)
        for name, out in named.items()
        if out.cached and out.hash
    }
    complete = [name for name, objects in files.items() if all(path.is_file() for path in objects.values())]
    if complete:
        run_command(sys.executable, "-m", "dvc", "checkout", *complete, folder=clone)
    passed = {name for name, out in named.items() if cache_objects.content_hash(clone / name) == out.hash}
    for name, out in named.items():
        if not out.cached:
            check(name in passed, name, "what is in Git hashes to what dvc.lock says")
        elif fault := object_fault(name, files.get(name, {}), cache, place):
            check(False, name, fault)
        else:
            check(name in passed, name, f"{len(files.get(name, {}))} objects from {place} as in dvc.lock")
    return passed


def object_fault(name: str, objects: dict[str, Path], cache: Path, place: str) -> str:
    """What is wrong with the objects of an output, or "": which are missing, or else which are damaged."""
    root = cache.parent.parent
    if missing := [file for file, path in objects.items() if not path.is_file()]:
        fault = summarise_failures(missing, len(objects), f"objects are on {place}")
    elif damaged := [
        f"{file} ({path.relative_to(root)})" for file, path in objects.items() if not cache_objects.matches_hash(path)
    ]:
        fault = summarise_failures(damaged, len(objects), f"objects from {place} are whole")
    else:
        return ""
    return f"{fault} (list: {objects[name].relative_to(root)})"


def test_again(clone: Path, check: Checks) -> None:
    """Evaluate the committed models in the clone, and compare the metrics."""
    committed = read_metrics(clone)
    run_command(sys.executable, "-m", "stages.evaluate", folder=clone)
    check_metrics(committed, read_metrics(clone), TESTED_AGAIN, "tested again", check)


def run_again(clone: Path, cache: Path, check: Checks) -> None:
    """Run every stage with an empty cache: the outputs have the same bytes, or at least the metrics are close."""
    run_command("git", "checkout", "--quiet", "--force", ".", folder=clone)
    committed, before = read_metrics(clone), locked_outputs(clone)
    configure_clone(clone, {"cache": {"dir": str(cache)}})
    run_command(sys.executable, "-m", "dvc", "repro", "--force", folder=clone)
    after = locked_outputs(clone)
    for name in before:
        print(f"        {name}: {'the same bytes' if after.get(name) == before[name] else 'other bytes'}")
    if before == after:
        check(True, "full rerun", "the same dvc.lock")
    else:
        print("note    other bytes are in order on another kind of machine only (processor, GPU, or packages)")
        check_metrics(committed, read_metrics(clone), TRAINED_AGAIN, "run again", check)


def read_metrics(clone: Path) -> dict[str, dict]:
    return {model: json.loads((clone / f"metrics/{model}.json").read_text()) for model in MODELS}


def check_metrics(committed: dict, again: dict, tolerance: float, how: str, check: Checks) -> None:
    """Check that no metric of a model moved by more than `tolerance`."""
    for model, metrics in committed.items():
        apart = {key: abs(again[model][key] - value) for key, value in metrics.items() if not isinstance(value, dict)}
        most = max(apart, key=apart.get)
        detail = f"{most} is {apart[most]:.2g} apart" if apart[most] else "the same metrics"
        check(apart[most] <= tolerance, f"{model} {how}", f"{detail} (at most {tolerance:g})")


def summarise_failures(wrong: list, count: int, claim: str) -> str:
    """How many of `count` things keep a claim, and the first of those that do not."""
    if not wrong:
        return f"all {count} {claim}"
    more = f" and {len(wrong) - 3} more" if len(wrong) > 3 else ""
    return f"{count - len(wrong)} of {count} {claim}; not {', '.join(map(str, wrong[:3]))}{more}"
