"""A run that is killed, as by `kill -9`, just before a chosen change of the file system."""

import os
import signal
import sys
import traceback
from collections.abc import Callable

CHANGES = {"os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.link", "shutil.copyfile"}


def killed_before_change(number: int, run: Callable[[], object]) -> bool:
    """Call `run` in a fork that is killed before its change of that number, from 1; whether it got so far.

    A change is a file opened to be written, made, linked, renamed or removed. What the fork wrote to buffers is lost.
    """
    return _killed(run, lambda kill: sys.addaudithook(_counting(number, kill)))


def killed_by(run: Callable[[], object], arrange: Callable[[Callable[[], None]], object]) -> bool:
    """Call `run` in a fork, after `arrange(kill)` there, which lets something call `kill`; whether it was killed."""
    return _killed(run, arrange)


def _killed(run: Callable[[], object], arrange: Callable[[Callable[[], None]], object]) -> bool:
    child = os.fork()
    if child == 0:
        try:
            arrange(lambda: os.kill(os.getpid(), signal.SIGKILL))
            run()
            os._exit(0)
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(1)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert status in (0, -signal.SIGKILL), "the run failed"
    return status != 0


def _counting(number: int, kill: Callable[[], None]) -> Callable:
    changes = 0

    def hook(event: str, arguments: tuple) -> None:
        nonlocal changes
        writes = event == "open" and isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR)
        if writes or event in CHANGES:
            changes += 1
            if changes == number:
                kill()

    return hook
