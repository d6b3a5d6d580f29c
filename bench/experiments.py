"""Rows repro, next-head and next-finetune: whole runs, against a script that does the same from the start."""

import json
import shutil
import statistics
import sys
from collections.abc import Iterator
from pathlib import Path

from bench.harness import Measured, Sizes, seconds, watched
from bench.projects import DVC, Project
from bench.rows import STAGES

MODELS = ("head", "finetuned")
LEARNING_RATE, UNFREEZE, BATCH, SEED = 1e-4, "block6", 32, 7


def experiments(sizes: Sizes, folder: Path, rounds: int, rows: list[str]) -> Iterator[Measured]:
    """In each round: the reference; from prepared pictures to both models; the next head; the next fine-tuning."""
    base = {
        **sizes.source,
        "seed.training": SEED,
        "image.size": sizes.network_size,
        "head.epochs": sizes.head_epochs,
        "finetune.epochs": sizes.epochs,
        "finetune.learning_rate": LEARNING_RATE,
        "finetune.unfreeze": UNFREEZE,
        "finetune.batch_size": BATCH,
        "finetune.crop": 1.0,
    }
    project = Project(folder / "project", base)
    project.repro("preprocess")
    prepared = (project.folder / "dvc.lock").read_bytes()
    train, test = project.unpacked(folder / "pictures")
    options = {
        "--size": sizes.network_size,
        "--head-epochs": sizes.head_epochs,
        "--epochs": sizes.epochs,
        "--learning-rate": LEARNING_RATE,
        "--unfreeze": UNFREEZE,
        "--batch": BATCH,
    }

    times = {row: ([], []) for row in rows}
    reference, ours = [], []
    for number in range(rounds):
        # Its seed differs from round to round: what it reaches is a mean over more than one draw.
        taken = seconds(lambda: reference.append(guide(project, train, test, options | {"--seed": SEED + number})))  # noqa: B023
        head_phase = taken - reference[-1]["finetuned"]["seconds"]

        (project.folder / "dvc.lock").write_bytes(prepared)
        project.set(base)
        forget(project)
        steps = {"repro": (project.repro(runs=STAGES[2:]), taken)}
        ours.append({model: json.loads((project.folder / f"metrics/{model}.json").read_text()) for model in MODELS})
        if set(rows) - {"repro"}:
            steps |= next_ones(project, taken, head_phase)
        for row, sides in times.items():
            for side, value in zip(sides, steps[row], strict=True):
                side.append(value)

    note = (
        f"{sizes.pictures}, {sizes.network_size} pixels, head.epochs {sizes.head_epochs}, "
        f"finetune.epochs {sizes.epochs} of {UNFREEZE} and above"
    )
    quality, worse = compared(ours, reference)
    for row, sides in times.items():
        yield Measured(
            row, *sides, note=f"{note}; {quality}" if row == "repro" else "", broken=worse * (row == "repro")
        )


def next_ones(project: Project, whole: float, head: float) -> dict[str, tuple[float, float]]:
    """Change a parameter of the head, then one of fine-tuning: seconds, and those of the reference."""
    params = (project.folder / "params.yaml").read_bytes()
    project.set({"head.l2": [0.002, 0.006, 0.02, 0.06, 0.2]})
    until_head = project.repro("train-head", runs=STAGES[3:4])
    rest = project.repro(runs=STAGES[4:])
    (project.folder / "params.yaml").write_bytes(params)
    project.repro("train-head")  # from the cache
    forget(project, all_of_it=False)
    project.set({"finetune.learning_rate": LEARNING_RATE / 2})
    finetune = project.repro(runs=STAGES[4:])
    return {
        "next-head/alone": (until_head, head),
        "next-head": (until_head + rest, whole),
        "next-finetune": (finetune, whole),
    }


def guide(project: Project, train: Path, test: Path, options: dict) -> dict:
    command = [sys.executable, "-m", "bench.reference", str(train), str(test)]
    command += [str(word) for option in options.items() for word in option]
    *_, said = watched(command, project.folder, project.environment, every=None)
    return json.loads(said.splitlines()[-1])


def forget(project: Project, all_of_it: bool = True) -> None:
    """Leave DVC nothing that it could take results from: the stages have to run."""
    shutil.rmtree(project.folder / ".dvc/cache/runs", ignore_errors=True)
    if all_of_it:
        for name in ("data/features", "models", "reports", "metrics", "plots"):
            shutil.rmtree(project.folder / name, ignore_errors=True)
        project.seconds(DVC, "gc", "-q", "-w", "-f")


def compared(ours: list[dict], reference: list[dict]) -> tuple[str, str]:
    """What both sides reached on the test pictures; and if ours is worse, that it is.

    Worse is an accuracy that is lower by more than the standard error of the difference, or a log-loss that is higher
    by more than a twentieth.
    """
    parts, worse = [], []
    for model in MODELS:
        (accuracy, log_loss), (their_accuracy, their_loss) = (
            [statistics.mean(run[model][key] for run in runs) for key in ("accuracy", "log_loss")]
            for runs in (ours, reference)
        )
        error = (2 * their_accuracy * (1 - their_accuracy) / ours[0][model]["n"]) ** 0.5
        parts.append(f"{model} {accuracy:.1%}, {log_loss:.3f} (reference: {their_accuracy:.1%}, {their_loss:.3f})")
        if accuracy < their_accuracy - error or log_loss > 1.05 * their_loss:
            worse.append(f"{model} is worse than the reference's")
    return "test accuracy and log-loss: " + ", ".join(parts), "; ".join(worse)
