"""docs/capstone.es.ipynb: the task as it was set, answered on a run of this workflow."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.wiring import ROOT

NOTEBOOK = json.loads((ROOT / "docs/capstone.es.ipynb").read_text(encoding="utf-8"))
CODE = ["".join(cell["source"]) for cell in NOTEBOOK["cells"] if cell["cell_type"] == "code"]


def test_git_holds_it_without_outputs():
    code = [cell for cell in NOTEBOOK["cells"] if cell["cell_type"] == "code"]
    assert code and all(cell["outputs"] == [] and cell["execution_count"] is None for cell in code)
    assert NOTEBOOK["nbformat"] == 4 and len({cell["id"] for cell in NOTEBOOK["cells"]}) == len(NOTEBOOK["cells"])


@pytest.mark.slow
def test_every_cell_runs_on_a_run_of_the_workflow_and_says_what_came_out(again, tmp_path):
    """As a kernel would: one cell after the other in one process, begun in the notebook's folder."""
    (again.folder / "docs").mkdir(exist_ok=True)
    script = tmp_path / "cells.py"
    script.write_text("\n".join(CODE), encoding="utf-8")
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = again.environment | {"MPLBACKEND": "agg", "PATH": path}
    (again.folder / ".venv").mkdir(exist_ok=True)
    (again.folder / ".venv/installed").touch()
    done = subprocess.run(
        [sys.executable, str(script)], cwd=again.folder / "docs", env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    metrics = {name: json.loads((again.folder / f"metrics/{name}.json").read_text()) for name in ("head", "comparison")}
    assert f"{metrics['head']['accuracy']:.3f}".rstrip("0") in done.stdout
    assert f"el modelo que conviene usar: {metrics['comparison']['recommended']}" in done.stdout
    assert "Data and pipelines are up to date." in done.stdout and "época" in done.stdout
