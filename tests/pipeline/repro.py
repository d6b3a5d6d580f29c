"""What `dvc repro` says and leaves."""

import csv
import io

UP_TO_DATE = "Data and pipelines are up to date."
OUTPUTS = ("metrics", "plots", "models", "data/raw", "data/prepared", "data/features", "reports")


def ran(output: str) -> list[str]:
    """The stages that a `dvc repro` ran, by what it printed."""
    return [line.split("'")[1] for line in output.splitlines() if line.startswith("Running stage")]


def table(text: str) -> list[dict]:
    """The rows of a CSV."""
    return list(csv.DictReader(io.StringIO(text)))
