"""Ctrl-C that is not lost on its way, whatever code it finds at work."""

import _thread
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def noted_interrupts() -> Iterator[Callable[[], bool]]:
    """Yield a function that tells whether Ctrl-C has come: then whatever ends the block is its doing.

    Python raises KeyboardInterrupt wherever the main thread is. In a callback of a library in C++ that comes out as
    some other error, which is why it is noted; in a destructor it is dropped, and is raised once more here. A second
    Ctrl-C ends the process at once. Where Ctrl-C is ignored, as in the background of a shell, it stays so.
    """
    came: list[int] = []

    def note(number: int, frame: object) -> None:
        if came:
            os._exit(130)
        came.append(number)
        raise KeyboardInterrupt

    def repeat() -> None:
        came.clear()
        _thread.interrupt_main()

    def on_dropped(dropped: Any) -> None:
        if isinstance(dropped.exc_value, KeyboardInterrupt):
            threading.Timer(0.01, repeat).start()  # not here, where it would be dropped again
        else:
            report(dropped)

    handler, report = signal.getsignal(signal.SIGINT), sys.unraisablehook
    if handler in (signal.SIG_IGN, None) or threading.current_thread() is not threading.main_thread():
        yield lambda: False
        return
    signal.signal(signal.SIGINT, note)
    sys.unraisablehook = on_dropped
    try:
        yield lambda: bool(came)
    finally:
        sys.unraisablehook = report
        signal.signal(signal.SIGINT, handler)
