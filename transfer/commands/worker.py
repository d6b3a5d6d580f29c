"""Work with the first machine of TF_CONFIG: join each stage that its `dvc repro` starts, and end when that ends.

The machines share the project's folder. This one writes nothing there.
"""

import argparse
import subprocess
import sys
import time

from transfer.errors import InputError, NetworkError
from transfer.project.cluster import cluster_rank
from transfer.project.cluster_run import Run, Start, read_run, read_start
from transfer.project.params import load_params

LOOK = 0.5  # seconds between looks
SILENCE = 60  # seconds without a beat after which the first machine counts as lost
GRACE = 30  # seconds that a stage may take to end after the first machine's run has ended


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--wait", type=float, default=600, metavar="SECONDS", help="for the first machine to start (default: 600)"
    )


def main(given: argparse.Namespace) -> int:
    if not cluster_rank():
        raise InputError(
            "TF_CONFIG names no machine but the first; set it with this machine's index, as docs/hardware.md shows."
        )
    print("waiting for `dvc repro` on the first machine", flush=True)
    run, joined = Watch().wait_for_run(given.wait), set()
    watch = Watch()
    while run.code is None:
        start = read_start()
        if start and start.run == run.id and start.id not in joined:
            joined.add(start.id)
            if code := join(start, watch):
                return code
        time.sleep(LOOK)
        run = watch.look()
    print(f"`dvc repro` on the first machine ended with exit code {run.code}")
    return 1 if run.code else 0


class Watch:
    """Looks at what the first machine writes, and knows when it last changed. Clocks of two machines may differ."""

    def __init__(self):
        self.run, self.changed = read_run(), time.monotonic()

    def look(self) -> Run:
        """The run as it is now; raises NetworkError if it has not changed for long."""
        if (run := read_run()) != self.run:
            self.run, self.changed = run, time.monotonic()
        if self.run.code is None and time.monotonic() - self.changed > SILENCE:
            raise NetworkError(
                f"the first machine has not been heard of for {SILENCE} seconds; start all of them again."
            )
        return self.run

    def wait_for_run(self, seconds: float) -> Run:
        """A run that is at work, or ended meanwhile: what an earlier one left does not change any more."""
        before = self.run
        while time.monotonic() - self.changed < seconds:
            if (run := read_run()) and run != before:
                return run
            time.sleep(LOOK)
        raise NetworkError(
            f"the first machine has started no `dvc repro` here within {seconds:g} seconds; it has to share this "
            "folder, and to have TF_CONFIG set."
        )


def join(start: Start, watch: Watch) -> int:
    """Run a stage together with the first machine, and return its exit code; ends it where the other has ended."""
    if (devices := load_params().hardware.devices) != "auto":
        raise InputError(f"hardware.devices is {devices!r}; several machines work together with auto only.")
    print(f"joining {start.stage}", flush=True)
    stage = subprocess.Popen([sys.executable, "-m", f"stages.{start.stage}"])
    try:
        while stage.poll() is None:
            time.sleep(LOOK)
            if watch.look().code is not None:
                return stage.wait(timeout=GRACE)
        return stage.returncode
    except subprocess.TimeoutExpired:
        raise NetworkError(f"the first machine ended without finishing {start.stage}; see what it says.") from None
    finally:
        stage.kill()
        stage.wait()
