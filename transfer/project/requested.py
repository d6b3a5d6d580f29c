"""What is in models/ because params ask for it."""

import shutil
from collections.abc import Sequence
from pathlib import Path

from transfer.project.schema import Params

CANDIDATES = Path("models/candidates")


def remove_unrequested(params: Params, models: Sequence[str]) -> None:
    """Remove what another run left there: `evaluate` depends on all of it. DVC's cache still has it.

    models: those that are always there
    """
    if "scratch" not in params.baselines:
        shutil.rmtree("models/scratch", ignore_errors=True)
    for model in set(models) - set(params.sample_efficiency.models):
        efficiency_path(model).unlink(missing_ok=True)
    for folder in CANDIDATES.glob("*"):
        if folder.name not in params.candidates:
            shutil.rmtree(folder)


def efficiency_path(model: str) -> Path:
    return Path(f"models/sample_efficiency/{model}.csv")
