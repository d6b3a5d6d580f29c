"""Rows noop and startup: what it costs to find out that nothing is to be done, and to come to the first work."""

import sys
from collections.abc import Iterator
from pathlib import Path

import yaml

from bench.harness import Measured, Sizes, in_turn, watched
from bench.projects import Project
from bench.rows import STAGES

# The smallest run that goes through every stage; how long a no-op takes depends on its stages and modules alone.
TINY = {
    "data.source": "sample",
    "data.sample.train": 24,
    "data.sample.test": 8,
    "image.size": 64,
    "split.validation": 0.3,
    "head.epochs": 2,
    "finetune.epochs": 0,
}

# What a stage's program does before it does anything of its own.
_BEFORE = {
    "download": "from stages import download as stage; stage.load_params()",
    "preprocess": "from stages import preprocess as stage; stage.load_params()",
    "feature-extract": "from stages import feature_extract as stage; params = stage.load_params(); "
    "stage.runtime.configure(params.seed.data, params.hardware.devices)",
    "train-head": "from stages import train_head as stage; stage.runtime.configure(stage.load_params().seed.training)",
    "finetune": "from stages import finetune as stage; params = stage.load_params(); "
    "stage.runtime.configure(params.seed.training, params.hardware.devices)",
    "evaluate": "from stages import evaluate as stage; stage.runtime.configure(stage.load_params().seed.data)",
}
_CANNOT_DO_WITHOUT = {
    "download": "import numpy, PIL.Image, pydantic, yaml",
    "preprocess": "import numpy, PIL.Image, pydantic, yaml",
}


def noop(sizes: Sizes, folder: Path, rounds: int, rows: list[str]) -> Iterator[Measured]:
    project = Project(folder / "noop", TINY)
    project.repro()
    trivial = Project(folder / "trivial", {})
    made = {
        f"stage{number}": {
            "cmd": f"cp {number}.txt {number + 1}.txt",
            "deps": [f"{number}.txt"],
            "outs": [f"{number + 1}.txt"],
        }
        for number in range(len(STAGES))
    }
    (trivial.folder / "0.txt").write_text("trivial\n")
    (trivial.folder / "dvc.yaml").write_text(yaml.safe_dump({"stages": made}))
    trivial.repro()
    for one in (project, trivial):
        one.repro()  # once unmeasured
    number = max(rounds, 9)  # a second each, and noisy
    sides = in_turn(number, lambda: project.repro(runs=()), lambda: trivial.repro(runs=()))
    yield Measured("noop", *sides, note=f"{number} rounds")


def startup(sizes: Sizes, folder: Path, rounds: int, rows: list[str]) -> Iterator[Measured]:
    project = Project(folder / "startup", TINY)

    def python(program: str) -> float:
        quiet = project.environment | {"TF_CPP_MIN_LOG_LEVEL": "3"}
        return watched([sys.executable, "-c", program], project.folder, quiet, every=None)[0]

    for row in rows:
        stage = row.split("/")[1]
        bare = _CANNOT_DO_WITHOUT.get(stage, "import tensorflow")
        for program in (_BEFORE[stage], bare):
            python(program)  # compiles to bytecode, and brings the files into memory
        number = max(rounds, 7) if stage in _CANNOT_DO_WITHOUT else rounds
        yield Measured(
            row,
            *in_turn(number, lambda stage=stage: python(_BEFORE[stage]), lambda bare=bare: python(bare)),
            note=f"against `{bare}`" if stage in _CANNOT_DO_WITHOUT else "",
        )
