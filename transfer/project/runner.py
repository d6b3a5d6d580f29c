"""How stages and commands run: one instance of a stage at a time, and errors as one sentence and an exit code."""

import argparse
import errno
import fcntl
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from transfer.errors import InputError, NetworkError
from transfer.project.cluster import cluster_rank
from transfer.project.cluster_run import announce_stage
from transfer.project.committed import changed_params
from transfer.project.interrupts import noted_interrupts
from transfer.project.restoring import restored_on_failure
from transfer.project.run_log import is_first_stage, note_stage

LOCKS = Path(".dvc/tmp")


def run_stage(
    main: Callable[..., None],
    add_arguments: Callable[[argparse.ArgumentParser], None] | None = None,
    argv: list[str] | None = None,
) -> int:
    """Run the `main` of a stage's module, alone, and return its exit code (see `exit_code`).

    add_arguments: adds to the parser what the command line names; `main` then gets the parsed arguments
    argv: the command line's arguments; None: those of this process
    """
    module = sys.modules[main.__module__]
    name = Path(module.__file__).stem
    parser = argparse.ArgumentParser(prog=f"python -m stages.{name}", description=module.__doc__)
    parser.add_argument("--debug", action="store_true", help="show the traceback of an error")
    if add_arguments:
        add_arguments(parser)
    given = parser.parse_args(argv)

    def work() -> None:
        with exclusive_lock(name), restored_on_failure():
            if is_first_stage() and (changed := changed_params()):
                print(f"params that differ from the commit: {', '.join(changed)}", flush=True)
            announce_stage(name)
            main(given) if add_arguments else main()

    code = exit_code(work, name, given.debug)
    if not code:
        note_stage(os.environ.get("DVC_STAGE", name))
    return code


def exit_code(work: Callable[[], int | None], name: str, debug: bool = False) -> int:
    """Call `work` at the project's root, and turn what goes wrong into one line on stderr and an exit code.

    Exit codes: 0, or what `work` returns: done; 2: the user's input is at fault; 3: the network is; 1: the disk is
    full; 130: Ctrl-C; 141: nobody reads the output any more, as in `| head`, which is no error and is not reported.
    Any other error is a fault of the project's, and is raised; with `debug` every error is.
    """
    with noted_interrupts() as interrupted:
        try:
            if not LOCKS.parent.is_dir():
                raise InputError("this is not the project's root; change to the folder that holds dvc.yaml.")
            code = work() or 0
            sys.stdout.flush()  # here, where a closed pipe is caught, and not as Python exits
            return _interrupted(name) if interrupted() else code
        except BaseException as error:
            if interrupted() or isinstance(error, KeyboardInterrupt):
                return _interrupted(name, error)
            return _code_of(error, name, debug)


def _interrupted(name: str, error: BaseException | None = None) -> int:
    kept = str(error) if isinstance(error, KeyboardInterrupt) else ""
    return _report(f"{name} was interrupted; {kept or 'nothing half-written is left'}, run it again.", 130)


def _code_of(error: BaseException, name: str, debug: bool) -> int:
    """The exit code of an error, which is reported; raises it again where it is not for users to mend."""
    if isinstance(error, BrokenPipeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what is left to be flushed goes nowhere
        return 128 + signal.SIGPIPE
    if debug:
        raise error
    if isinstance(error, InputError | NetworkError):
        return _report(str(error), 3 if isinstance(error, NetworkError) else 2)
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return _report(f"{name}: the disk is full; free some space (`dvc gc -w`) and run again.", 1)
    raise error


def _report(sentence: str, code: int) -> int:
    print(f"error: {sentence}", file=sys.stderr)
    return code


@contextmanager
def exclusive_lock(stage: str) -> Iterator[None]:
    """Hold a stage's lock: a second run would write into the same outputs. Raises InputError where one is at work.

    DVC has a lock of its own, but when `dvc` alone is killed its stage lives on, and keeps this one.
    """
    LOCKS.mkdir(exist_ok=True)
    with (LOCKS / f"stage-{stage}{cluster_rank() or ''}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise InputError(
                f"another run of {stage} is still at work here; wait for it, or stop it (pgrep -af stages.{stage})."
            ) from None
        yield
