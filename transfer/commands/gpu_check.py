"""Try everything that this workflow asks of a GPU, and write what came of it to docs/gpu.md: for who has one.

Trains each family of backbones for a moment; then one of them twice in each precision, with and without XLA, and on two
GPUs; runs the shipped workflow twice in a clone. What is done twice has to give the same bytes. Nothing is downloaded.
Without a GPU it says so, and that is no error.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path

from transfer.network.device_trial import Outcome, Trial
from transfer.project.shell import run_command

PAGE = Path("docs/gpu.md")
DEFAULT = Trial("efficientnet_lite0")
FAMILIES = [  # one of each that trains by operations of its own
    "efficientnet_b0",
    "efficientnet_v2_b0",
    "resnet50",
    "resnet50_v2",
    "inception_v3",
    "xception",
    "vgg16",
    "densenet121",
    "mobilenet",
    "mobilenet_v2",
    "mobilenet_v3_small",
    "convnext_tiny",
]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--trial", help=argparse.SUPPRESS)  # in a process of its own: JSON of a Trial


def main(given: argparse.Namespace) -> None:
    if given.trial:
        from transfer.network.device_attempt import attempt  # here and not above: it takes seconds

        print(json.dumps(asdict(attempt(Trial(**json.loads(given.trial))))))
        return
    machine = describe_machine()
    if not machine:
        print("No NVIDIA GPU is here (nvidia-smi shows none); there is nothing to check.")
        return
    rows = [try_it(f"train {name}", replace(DEFAULT, backbone=name), times=1) for name in FAMILIES]
    rows += [try_it(what, trial, times=2) for what, trial in trials(gpus=len(machine))]
    rows.append(run_twice())
    PAGE.write_text(render(machine, rows), encoding="utf-8")
    failed = sum("failed" in row["outcome"] for row in rows)
    print(f"{PAGE}: {len(rows) - failed} of {len(rows)} checks passed")


def describe_machine() -> list[str]:
    """A line for each GPU: its name, its memory, the driver."""
    if not shutil.which("nvidia-smi"):
        return []
    fields = "--query-gpu=name,memory.total,driver_version"
    done = subprocess.run(["nvidia-smi", fields, "--format=csv,noheader"], capture_output=True, text=True)
    return [line.strip() for line in done.stdout.splitlines() if line.strip()] if done.returncode == 0 else []


def trials(gpus: int) -> Iterator[tuple[str, Trial]]:
    """What has to give the same bytes again, and how it is called in the table."""
    for precision in ("float32", "mixed_bfloat16", "mixed_float16"):
        yield f"train in {precision}", replace(DEFAULT, precision=precision)
    yield "train with jit_compile", replace(DEFAULT, jit_compile=True)
    yield "extract with jit_compile", replace(DEFAULT, train=False, jit_compile=True)
    if gpus > 1:
        yield "train on two GPUs", replace(DEFAULT, devices=2)
    for precision in ("float32", "auto"):
        large = replace(DEFAULT, batch_size=128, precision=precision)
        yield f"speed of extract, batches of 128, {precision}", replace(large, train=False, pictures=12800)
        yield f"speed of finetune, batches of 128, {precision}", replace(large, pictures=6400)


def try_it(what: str, trial: Trial, times: int) -> dict[str, str]:
    """A row of the table: the trial, made so many times, each in a process of its own."""
    digests = set()
    for _ in range(times):
        with gpu_load() as load:
            found = in_process(trial)
        if isinstance(found, str):
            return row(what, f"failed: {found}")
        digests.add(found.sha256)
    repeated = "the same bytes" if len(digests) == 1 else "failed: other bytes the second time"
    outcome = repeated if times > 1 else "works"
    return row(what, outcome, f"{found.pictures_per_second:,.0f}", load())


def in_process(trial: Trial) -> Outcome | str:
    """What came of a trial in a process of its own, or why it failed."""
    command = [sys.executable, "-m", "transfer", "gpu-check", "--trial", json.dumps(asdict(trial))]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600)
    if done.returncode:
        lines = done.stderr.strip().splitlines() or [f"exit code {done.returncode}"]
        return lines[-1].removeprefix("error: ")[:200]
    return Outcome(**json.loads(done.stdout.splitlines()[-1]))


def run_twice() -> dict[str, str]:
    """A row: the shipped workflow in a clone of this commit, run twice with nothing cached."""
    start = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="gpu-check-") as folder:
        clone = Path(folder) / "clone"
        run_command("git", "clone", "--quiet", ".", str(clone))
        locks = []
        for _ in range(2):
            run_command(sys.executable, "-m", "dvc", "repro", "--force", folder=clone)
            locks.append((clone / "dvc.lock").read_bytes())
    took = f"{(time.monotonic() - start) / 2:,.0f} s a run"
    same = "the same bytes" if locks[0] == locks[1] else "failed: another dvc.lock the second time"
    return row(f"`dvc repro --force` ({took})", same)


@contextmanager
def gpu_load() -> Iterator:
    """Watch how busy the GPUs are; yields a function that says it afterwards: the median of the busiest half."""
    readings: list[float] = []
    try:
        fields = "--query-gpu=utilization.gpu"
        command = ["nvidia-smi", fields, "--format=csv,noheader,nounits", "--loop-ms=200"]
        watch = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    except OSError:
        yield lambda: ""
        return
    numbers = (float(line) for line in watch.stdout if line[:1].isdigit())
    reader = threading.Thread(target=readings.extend, args=(numbers,))
    reader.start()

    def busiest_half() -> str:
        half = sorted(readings)[len(readings) // 2 :]
        return f"{half[len(half) // 2]:.0f} %" if half else ""

    try:
        yield busiest_half
    finally:
        watch.terminate()
        reader.join()


def row(what: str, outcome: str, speed: str = "", load: str = "") -> dict[str, str]:
    """One row, which is printed at once, too."""
    print(", ".join([f"{what}: {outcome}", *([f"{speed} pictures/s"] if speed else []), load]).rstrip(", "), flush=True)
    return {"what": what, "outcome": outcome, "speed": speed, "load": load}


def render(machine: list[str], rows: list[dict[str, str]]) -> str:
    """The page, in Markdown."""
    lines = [
        "# What a GPU did",
        "",
        "Written by `make gpu-check`. The GPU's load is the median of the busier half of its",
        "readings, since a trial begins with compiling.",
        "",
        *(f"- {gpu}" for gpu in machine),
        f"- {os.cpu_count()} CPU cores",
        "",
        "| trial | outcome | pictures/s | GPU busy |",
        "|---|---|--:|--:|",
        *(f"| {r['what']} | {r['outcome']} | {r['speed']} | {r['load']} |" for r in rows),
    ]
    return "\n".join(lines) + "\n"
