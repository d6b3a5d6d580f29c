"""What all rows share: what is compared and what is to be reached, measuring in turn, and the verdict."""

import os
import platform
import statistics
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Row:
    """One line of the table.

    what, against: the two sides; unit: of what is measured of each
    target: what the ratio should be at least, or at most where `at_most`
    loose: what it has to be in `make bench-smoke`, on tiny data and a busy machine
    """

    what: str
    against: str
    unit: str
    target: float
    loose: float
    at_most: bool = False

    def ratio(self, ours: float, theirs: float) -> float:
        """How many times faster, where more is better and seconds are measured; else ours over theirs."""
        return theirs / ours if self.unit == "s" and not self.at_most else ours / theirs

    def met(self, ratio: float, limit: float | None = None) -> bool:
        limit = self.target if limit is None else limit
        return ratio <= limit if self.at_most else ratio >= limit


@dataclass(frozen=True)
class Sizes:
    """How large the measurements are.

    train, test: archives of photographs, or None: `drawn` pictures are made, a fifth of them for test
    size: pixels, in preprocess and sharing; head_epochs, epochs (of fine-tuning)
    network_size: pixels, in whole runs and the network's rows; batches: how many, in the latter
    few, many: drawn pictures, in the rows that say what grows; grown_size: their pixels
    """

    train: str | None
    test: str | None
    drawn: int
    size: int
    head_epochs: int
    epochs: int
    network_size: int
    batches: int
    few: int
    many: int
    grown_size: int

    @property
    def source(self) -> dict:
        """The params that choose the pictures."""
        if self.train:
            return {"data.source": "local", "data.local.train": self.train, "data.local.test": self.test}
        test = self.drawn // 5
        return {"data.source": "sample", "data.sample.train": self.drawn - test, "data.sample.test": test}

    @property
    def pictures(self) -> str:
        return "photographs" if self.train else f"{self.drawn:,} drawn pictures"


@dataclass
class Measured:
    """What one row gave: `ours` and `theirs`, a number a round; note: sizes, and what else was found."""

    row: str
    ours: list[float]
    theirs: list[float]
    note: str = ""
    broken: str = ""  # what makes the row not met, whatever the ratio


def in_turn(rounds: int, ours: Callable[[], float], theirs: Callable[[], float]) -> tuple[list[float], list[float]]:
    """Measure both sides `rounds` times in turn, so that a machine that is slow for a while is slow for both."""
    pairs = [(ours(), theirs()) for _ in range(rounds)]
    return [one for one, _ in pairs], [other for _, other in pairs]


def seconds(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def watched(
    command: list[str], folder: Path, environment: dict[str, str] | None = None, every: float | None = 0.2
) -> tuple[float, float, str]:
    """Run a command: seconds, the peak MiB of its process and their children at one time, and what it printed.

    Memory is the proportional set size, looked at `every` so many seconds (None: never).
    Raises RuntimeError with what it said if it fails.
    """
    start, peak = time.perf_counter(), 0
    pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    running = psutil.Popen(command, cwd=folder, env=environment, text=True, **pipes)
    while every:
        peak = max(peak, sum(_sizes(running)))
        try:
            said, _ = running.communicate(timeout=every)
            break
        except subprocess.TimeoutExpired:
            pass
    else:
        said, _ = running.communicate()
    taken = time.perf_counter() - start
    if running.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {running.returncode}:\n{said}")
    return taken, peak / 2**20, said


def _sizes(running: psutil.Process) -> Iterator[int]:
    for process in [running, *running.children(recursive=True)]:
        try:
            yield process.memory_full_info().pss
        except psutil.Error:  # it has just ended
            yield 0


def result(row: Row, measured: Measured, commit: str) -> dict:
    """A row of results.json: both sides' measurements of each round, and what they say."""
    ratios = [row.ratio(*pair) for pair in zip(measured.ours, measured.theirs, strict=True)]
    ratio = statistics.median(ratios)
    return {
        "what": row.what,
        "against": row.against,
        "unit": row.unit,
        "ours": _side(measured.ours),
        "theirs": _side(measured.theirs),
        "ratio": round(ratio, 4),
        "lowest": round(min(ratios), 4),
        "highest": round(max(ratios), 4),
        "target": row.target,
        "at_most": row.at_most,
        "met": row.met(ratio) and not measured.broken,
        "note": "; ".join(filter(None, [measured.note, measured.broken])),
        "commit": commit,
        "machine": machine(),
    }


def _side(values: list[float]) -> dict:
    return {"rounds": [round(value, 4) for value in values], "median": round(statistics.median(values), 4)}


def commit() -> str:
    """The commit that is measured; with a + if the code is not quite as committed."""

    def git(*words: str) -> str:
        return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()

    changed = git(
        "status", "--porcelain", "--", "stages", "transfer", "bench/*.py", "dvc.yaml", "params.yaml", "requirements"
    )
    return git("rev-parse", "--short=10", "HEAD") + ("+" if changed else "")


def machine() -> dict:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    tensorflow = next(name for name in ("tensorflow-cpu", "tensorflow") if _has(name))
    return {
        "cores": cores,
        "cpu": _cpu_model(),
        "memory_GiB": round(psutil.virtual_memory().total / 2**30, 1),
        "system": platform.system(),
        "python": platform.python_version(),
        "tensorflow": version(tensorflow),
        "keras": version("keras"),
        "dvc": version("dvc"),
    }


def _has(package: str) -> bool:
    try:
        return bool(version(package))
    except ImportError:
        return False


def _cpu_model() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.is_file() else []
    return next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), platform.processor())
