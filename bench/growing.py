"""Rows memory and growth: each stage on few and on many drawn pictures."""

from collections.abc import Iterator
from pathlib import Path

from bench.harness import Measured, Sizes
from bench.projects import Project
from bench.rows import STAGES


def growing(sizes: Sizes, folder: Path, rounds: int, rows: list[str]) -> Iterator[Measured]:
    """Time and memory of the same runs. A tenth of the pictures is for test; fine-tuning is one epoch of `block7`."""
    numbers = (sizes.many, sizes.few)
    projects = {
        number: Project(
            folder / f"drawn-{number}",
            {
                "data.source": "sample",
                "data.sample.train": number - number // 10,
                "data.sample.test": number // 10,
                "image.size": sizes.grown_size,
                "preprocess.max_reject_fraction": 1.0,  # drawings at random: some look alike
                "finetune.epochs": 1,
                "finetune.unfreeze": "block7",
            },
        )
        for number in numbers
    }
    wanted = [row.split("/")[1] for row in rows]
    stages = STAGES[: max(STAGES.index(stage) for stage in wanted) + 1]
    found = {(number, stage): [] for number in numbers for stage in stages}
    for turn in range(rounds):
        for stage in stages:
            for number in numbers:
                if turn == 0 or stage in wanted:
                    found[number, stage].append(projects[number].stage(stage))
    for row in rows:
        kind, stage = row.split("/")
        sides = []
        for number in numbers:
            taken = found[number, stage]
            sides.append([peak if kind == "memory" else 1000 * time / number for time, peak in taken])
        yield Measured(row, *sides, note=f"{sizes.many:,} drawn pictures and {sizes.few:,}, {sizes.grown_size} pixels")
