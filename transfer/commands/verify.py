"""is the committed result what it claims to be, and does everybody get it?

Looks at the commit, in a fresh clone in a temporary folder, which pulls everything from the remote; the workspace is
left alone. Where no remote is configured, the clone takes its outputs from the cache here.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from dvc.repo import Repo

from transfer.errors import InputError
from transfer.project import cache_objects

# What a metric may be apart: of the same models tested again, and of a whole rerun on another kind of machine, where
# the last digits of every operation differ and training carries them on. With TensorFlow's other CPU kernels (no
# oneDNN) the shipped run's accuracy moved by 0.003, its log-loss by 0.001, and its recall, which moved most, by 0.027.
TESTED_AGAIN, TRAINED_AGAIN = 1e-4, 0.05
METRICS = ("head", "finetuned")


class Verdicts:
    """What was found, said line by line."""

    def __init__(self):
        self.count, self.failed = 0, []

    def __call__(self, sound: bool, what: str, detail: str) -> bool:
        print(f"{'ok' if sound else 'FAILED':<8}{what}: {detail}", flush=True)
        self.count += 1
        self.failed += [] if sound else [what]
        return sound


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--full", action="store_true", help="run every stage anew in the clone, too")


def main(given: argparse.Namespace) -> None:
    verdict = Verdicts()
    if changed := command(Path(), "git", "status", "--porcelain", "--untracked-files=no"):
        print(f"note    {len(changed.splitlines())} changed files are not committed, and not looked at")
    with tempfile.TemporaryDirectory(prefix="verify-") as temporary, Repo() as here:
        cache, remote = Path(here.cache.local.path), here.config["core"].get("remote")
        stored = list(cache_objects.stored_objects(cache))
        damaged = [path for path in stored if not cache_objects.matches_hash(path)]
        verdict(not damaged, "cache", summarise_failures(damaged, len(stored), "objects hash to their names"))
        lock = {name: hash_ for name, (hash_, cached) in tracked(here).items() if cached and Path(name).exists()}
        other = [name for name, hash_ in lock.items() if cache_objects.content_hash(Path(name)) != hash_]
        verdict(not other, "workspace", summarise_failures(other, len(lock), "outputs are as dvc.lock says"))
        clone = Path(temporary) / "clone"
        command(Path(), "git", "clone", "--quiet", ".", str(clone))
        if remote:
            cache = fetch(clone, here, remote, Path(temporary) / "cache", verdict)
        else:
            print("note    no remote is configured: outputs come from the cache here (`dvc remote add -d NAME URL`)")
            settings(clone, {"cache": {"dir": str(cache.parent.parent)}})
        sound = outputs(clone, cache, remote, verdict)
        if sound >= {"data/prepared", "models/head", "models/finetuned"}:
            test_again(clone, verdict)
        else:
            verdict(False, "evaluate", "not tested again: what it needs is not whole")
        if given.full:
            run_again(clone, Path(temporary) / "anew", verdict)
    if verdict.failed:
        raise InputError(
            f"{len(verdict.failed)} of {verdict.count} checks failed: {', '.join(verdict.failed)}; "
            'see "When something goes wrong" in README.md.'
        )
    print(f"verified: {verdict.count} checks, commit {command(Path(), 'git', 'rev-parse', '--short', 'HEAD').strip()}")


def fetch(clone: Path, here: Repo, remote: str, cache: Path, verdict: Verdicts) -> Path:
    """Fetch what the commit names into an empty cache, with the address and the credentials that are valid here."""
    settings(clone, {"core": {"remote": remote}, "remote": here.config["remote"], "cache": {"dir": str(cache)}})
    try:
        command(clone, sys.executable, "-m", "dvc", "fetch")
    except InputError as error:
        verdict(False, "fetch", str(error))
    return cache / "files" / "md5"


def settings(clone: Path, values: dict) -> None:
    with Repo(str(clone)) as repo, repo.config.edit("local") as local:
        for section, entries in values.items():
            local[section] = entries


def outputs(clone: Path, cache: Path, remote: str | None, verdict: Verdicts) -> set[str]:
    """Check every output that the commit's dvc.lock names; returns those that are as it says."""
    named = locked(clone)
    found = {
        name: cache_objects.stored_files(name, hash_, cache)
        for name, (hash_, cached) in named.items()
        if cached and hash_
    }
    complete = {name: parts for name, parts in found.items() if all(path.is_file() for path in parts.values())}
    if complete:
        command(clone, sys.executable, "-m", "dvc", "checkout", *complete)
    place = remote or "the cache"
    for name, (hash_, cached) in named.items():
        if not cached:
            verdict(
                cache_objects.content_hash(clone / name) == hash_, name, "what is in Git hashes to what dvc.lock says"
            )
            continue
        parts = found.get(name, {})
        if missing := [file for file, path in parts.items() if not path.is_file()]:
            listed = f" (list: {parts[name].relative_to(cache.parent.parent)})"
            verdict(False, name, summarise_failures(missing, len(parts), f"objects are on {place}") + listed)
        elif damaged := [
            f"{file} ({path.relative_to(cache.parent.parent)})"
            for file, path in parts.items()
            if not cache_objects.matches_hash(path)
        ]:
            listed = f" (list: {parts[name].relative_to(cache.parent.parent)})"
            verdict(False, name, summarise_failures(damaged, len(parts), f"objects from {place} are whole") + listed)
        else:
            verdict(
                cache_objects.content_hash(clone / name) == hash_,
                name,
                f"{len(parts)} objects from {place} as in dvc.lock",
            )
    return {name for name, (hash_, _) in named.items() if cache_objects.content_hash(clone / name) == hash_}


def locked(clone: Path) -> dict[str, tuple[str | None, bool]]:
    with Repo(str(clone)) as repo:
        return tracked(repo)


def tracked(repo: Repo) -> dict[str, tuple[str | None, bool]]:
    """Each output's path: its hash in dvc.lock, and whether DVC, not Git, keeps it."""
    outs = {Path(out.fs_path).relative_to(repo.root_dir).as_posix(): out for out in repo.index.outs}
    return {name: (outs[name].hash_info.value, outs[name].use_cache) for name in sorted(outs)}


def test_again(clone: Path, verdict: Verdicts) -> None:
    committed = read_metrics(clone)
    command(clone, sys.executable, "-m", "stages.evaluate")
    compare(committed, read_metrics(clone), TESTED_AGAIN, "tested again", verdict)


def run_again(clone: Path, cache: Path, verdict: Verdicts) -> None:
    """Every stage, with nothing to take from: each output is the same, or the metrics are close to the committed."""
    command(clone, "git", "checkout", "--quiet", "--force", ".")
    committed, settled = read_metrics(clone), locked(clone)
    settings(clone, {"cache": {"dir": str(cache)}})
    command(clone, sys.executable, "-m", "dvc", "repro", "--force")
    again = locked(clone)
    for name in settled:
        print(f"        {name}: {'the same bytes' if again.get(name) == settled[name] else 'other bytes'}")
    if settled == again:
        verdict(True, "full rerun", "the same dvc.lock")
    else:
        print("note    other bytes are in order on another kind of machine only (processor, GPU, or packages)")
        compare(committed, read_metrics(clone), TRAINED_AGAIN, "run again", verdict)


def read_metrics(clone: Path) -> dict[str, dict]:
    return {model: json.loads((clone / f"metrics/{model}.json").read_text()) for model in METRICS}


def compare(committed: dict, again: dict, tolerance: float, how: str, verdict: Verdicts) -> None:
    for model, metrics in committed.items():
        apart = {key: abs(again[model][key] - value) for key, value in metrics.items() if not isinstance(value, dict)}
        most = max(apart, key=apart.get)
        detail = f"{most} is {apart[most]:.2g} apart" if apart[most] else "the same metrics"
        verdict(apart[most] <= tolerance, f"{model} {how}", f"{detail} (at most {tolerance:g})")


def summarise_failures(wrong: list, count: int, claim: str) -> str:
    """How many of so many keep a claim, and the first that do not."""
    if not wrong:
        return f"all {count} {claim}"
    more = f" and {len(wrong) - 3} more" if len(wrong) > 3 else ""
    return f"{count - len(wrong)} of {count} {claim}; not {', '.join(map(str, wrong[:3]))}{more}"


def command(folder: Path, *words: str) -> str:
    environment = os.environ | {"PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])}
    done = subprocess.run(words, cwd=folder, env=environment, capture_output=True, text=True)
    if done.returncode:
        raise InputError(f"`{' '.join(words)}` failed: {' '.join(done.stderr.split())[-500:]}")
    return done.stdout
