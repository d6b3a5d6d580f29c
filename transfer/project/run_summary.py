"""The last words of a run: how long it took, how far its figures are from the committed ones, and where they are."""

import sys
from pathlib import Path

from transfer.project.committed import largest_difference

REPORT, TABLE = Path("reports/index.html"), Path("reports/results.txt")


def summary(seconds: dict[str, float]) -> list[str]:
    """Lines for the terminal, first the table of results if no stage has just printed it.

    seconds: that each stage took, of those that ran
    """
    if not REPORT.is_file():
        return []
    lines = []
    if "evaluate" not in seconds and TABLE.is_file():
        lines.append(TABLE.read_text(encoding="utf-8").rstrip("\n"))
    if seconds:
        lines.append("time    " + ", ".join(f"{stage} {spell(taken)}" for stage, taken in seconds.items()))
    if seconds and (apart := largest_difference()):
        lines.append(
            f"note    figures differ from the committed ones by at most {apart[0]:.2g} ({apart[1]}): "
            "another CPU, or code or corrections that changed since; commit before you compare experiments with it"
        )
    models = sorted(path.parent.as_posix() for path in Path("models").glob("*/model.keras"))
    lines.append("models  " + ", ".join(model for model in models if model != "models/backbone"))
    lines.append(f"report  {REPORT.absolute().as_uri() if sys.stdout.isatty() else REPORT}")
    return lines


def spell(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
