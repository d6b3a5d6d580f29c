"""What all stages share when they run: one instance at a time, whole outputs or none, errors in one sentence."""

import argparse
import errno
import fcntl
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from stages.errors import InputError, NetworkError

LOCKS = Path(".dvc/tmp")


def run(main: Callable[..., None], arguments: Callable[[argparse.ArgumentParser], None] | None = None) -> None:
    """Run a stage's `main` and turn what goes wrong into one line on stderr and an exit code.

    Exit codes: 0 done; 2 the user's input is at fault; 3 the network is; 1 anything else; 130 on Ctrl-C.
    With `--debug` on the command line the traceback is shown as well.

    A command that is no stage, and writes nothing that stages write, names its `arguments`: `main` gets them, and may
    run several times at once.
    """
    module = sys.modules[main.__module__]
    name = Path(module.__file__).stem
    parser = argparse.ArgumentParser(prog=f"python -m stages.{name}", description=module.__doc__)
    parser.add_argument("--debug", action="store_true", help="show the traceback of an error")
    if arguments:
        arguments(parser)
    given = parser.parse_args()
    try:
        if not LOCKS.parent.is_dir():
            raise InputError("this is not the project's root; change to the folder that holds dvc.yaml.")
        if arguments:
            main(given)
        else:
            with only_one(name):
                main()
    except KeyboardInterrupt:
        sys.exit(_report(f"{name} was interrupted; nothing half-written is left, run it again.", 130))
    except (InputError, NetworkError, OSError) as error:
        if given.debug:
            raise
        if isinstance(error, OSError):
            if error.errno != errno.ENOSPC:
                raise
            sys.exit(_report(f"{name}: the disk is full; free some space (`dvc gc -w`) and run again.", 1))
        sys.exit(_report(str(error), 3 if isinstance(error, NetworkError) else 2))


def _report(sentence: str, code: int) -> int:
    print(f"error: {sentence}", file=sys.stderr)
    return code


@contextmanager
def only_one(name: str) -> Iterator[None]:
    """Hold this stage's lock; a second run would write into the same outputs.

    DVC has a lock of its own, but when `dvc` alone is killed its stage lives on (and keeps this one).
    """
    LOCKS.mkdir(exist_ok=True)
    with (LOCKS / f"stage-{name}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise InputError(
                f"another run of {name} is still at work here; wait for it, or stop it (pgrep -af stages.{name})."
            ) from None
        yield


@contextmanager
def whole(path: str | Path) -> Iterator[Path]:
    """Yield an empty folder to write into, beside `path`; it becomes `path` only if the block ends well."""
    path = Path(path)
    partial = path.with_name(f".{path.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    try:
        yield partial
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise
    shutil.rmtree(path, ignore_errors=True)
    partial.rename(path)
