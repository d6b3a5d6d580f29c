"""What dvc.yaml runs: `python -m stages.NAME`."""

import os
import signal
import sys


def _end(number: int, frame: object) -> None:
    os.write(2, b"error: interrupted; nothing half-written is left, run it again.\n")
    os._exit(130)


# Started as a program. While it imports its libraries, Ctrl-C would come out of any of them, as any error;
# later `run_stage` has its say.
if sys.argv[0] == "-m" and signal.getsignal(signal.SIGINT) is signal.default_int_handler:
    signal.signal(signal.SIGINT, _end)
