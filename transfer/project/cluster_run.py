"""What the first machine of a cluster tells the others, in small files in the folder that all of them share."""

import json
import os
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from transfer.project.cluster import cluster_rank

FOLDER = Path(".dvc/tmp/cluster")
VARIABLE = "TRANSFER_CLUSTER_RUN"
JOINED = ("feature_extract", "finetune")  # the stages that several machines run together
BEAT = 2  # seconds


@dataclass
class Run:
    """A call of DVC on the first machine: it writes this every few seconds, with another beat.

    code: DVC's exit code, once it has ended
    """

    id: str
    beat: int = 0
    code: int | None = None


@dataclass(frozen=True)
class Start:
    """A stage that the first machine has started, in a run; the id is its own."""

    stage: str
    run: str
    id: str


def is_first_machine() -> bool:
    return bool(os.environ.get("TF_CONFIG")) and cluster_rank() == 0


@contextmanager
def announced_run() -> Iterator[Run]:
    """On the first machine, tell the others that DVC is at work, until the block has set the run's `code` and ends."""
    run, over = Run(uuid.uuid4().hex), threading.Event()
    if not is_first_machine():
        yield run
        return
    FOLDER.mkdir(parents=True, exist_ok=True)
    os.environ[VARIABLE] = run.id

    def beat() -> None:
        while not over.wait(BEAT):
            run.beat += 1
            _write("run", asdict(run))

    _write("run", asdict(run))
    beats = threading.Thread(target=beat, daemon=True)
    beats.start()
    try:
        yield run
    finally:
        over.set()
        beats.join()
        run.code = 1 if run.code is None else run.code
        _write("run", asdict(run))


def announce_stage(stage: str) -> None:
    """On the first machine, tell the others to start this stage too, if it is one of those that are run together."""
    if stage in JOINED and VARIABLE in os.environ and is_first_machine():
        _write("stage", asdict(Start(stage, os.environ[VARIABLE], uuid.uuid4().hex)))


def read_run() -> Run | None:
    content = _read("run")
    return Run(**content) if content else None


def read_start() -> Start | None:
    content = _read("stage")
    return Start(**content) if content else None


def _write(name: str, content: dict) -> None:
    """Whole, or not at all."""
    partial = FOLDER / f"{name}.partial"
    partial.write_text(json.dumps(content), encoding="utf-8")
    partial.replace(FOLDER / name)


def _read(name: str) -> dict | None:
    try:
        return json.loads((FOLDER / name).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
