"""What `dvc push` leaves out: it takes what lies in the workspace, where others clone the last commit."""

import sys
from pathlib import Path

from transfer.errors import InputError
from transfer.project.cache_objects import stored_files
from transfer.project.shell import run_command

LOCK = Path("dvc.lock")


def push_commit(arguments: list[str]) -> int:
    """Push what the last commit names too, where the workspace holds another run, and say so.

    arguments: of a `dvc push` that ended well; one that names targets or revisions asked for just those
    Returns an exit code, as DVC would.
    """
    try:
        committed = run_command("git", "show", f"HEAD:./{LOCK}")
    except InputError:  # no commit, or none with a run in it
        return 0
    if LOCK.is_file() and LOCK.read_text(encoding="utf-8") == committed:
        return 0
    from dvc.cli import parse_args  # late: they take a second to import
    from dvc.exceptions import DvcException
    from dvc.repo import Repo

    given = parse_args(arguments)
    if given.targets or given.all_commits or given.all_branches or given.all_tags:
        return 0
    with Repo() as repo:
        if not _is_cached(repo):
            print("note: this run is not committed, and others clone what is: commit it.", file=sys.stderr)
            return 0
        try:
            used = repo.used_objs(revs=["HEAD"], remote=given.remote, push=True)
            failed = repo.cloud.push(set().union(*used.values()), given.jobs, given.remote).failed
        except DvcException as error:
            failed = [error]
        if failed:
            print("error: the run of the last commit was not pushed whole; call `dvc push` again.", file=sys.stderr)
            return 1
    print(
        "note: this run is not committed, and others clone what is: the committed run is pushed too.", file=sys.stderr
    )
    return 0


def _is_cached(repo) -> bool:
    """Whether the cache of a DVC repository has all that the last commit names."""
    from transfer.project.dvc_outputs import tracked_outputs

    cache = Path(repo.cache.local.path)
    for _ in repo.brancher(revs=["HEAD"], workspace=False):
        named = {path: out.hash for path, out in tracked_outputs(repo).items() if out.cached and out.hash}
    return all(file.is_file() for path, hash_ in named.items() for file in stored_files(path, hash_, cache).values())
