"""The stages of one call of DVC, and how long each took: a file that `dvc` names to them in the environment."""

import os
import time
from pathlib import Path

import transfer

VARIABLE = "TRANSFER_RUN_LOG"


def note_stage(stage: str) -> None:
    """Add a stage that is done, and the time since its process began."""
    if log := _log():
        with log.open("a", encoding="utf-8") as file:
            file.write(f"{stage}\t{time.monotonic() - transfer.STARTED:.1f}\n")


def is_first_stage() -> bool:
    """Whether DVC started this process, and no other before it in the same call, as far as is known."""
    log = _log()
    return "DVC_STAGE" in os.environ and not (log and log.stat().st_size)


def noted_stages(log: Path) -> dict[str, float]:
    """The stages that ran, in order, and the seconds that each took."""
    rows = [line.split("\t") for line in log.read_text(encoding="utf-8").splitlines()]
    return {stage: float(seconds) for stage, seconds in rows}


def _log() -> Path | None:
    log = Path(os.environ.get(VARIABLE, ""))
    return log if log.is_file() else None
