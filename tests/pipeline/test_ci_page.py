"""docs/ci.md: what can be run of it without GitHub."""

import re

import pytest
import yaml

from tests.wiring import ROOT

BLOCKS = re.findall(r"^```yaml\n(.*?)^```", (ROOT / "docs/ci.md").read_text(encoding="utf-8"), re.M | re.S)
WORKFLOW, GET = (yaml.safe_load(block) for block in BLOCKS)
STEPS = {step["name"]: step for step in WORKFLOW["jobs"]["run"]["steps"] if "name" in step}


def script(step: str) -> str:
    """What a step runs, without what it fetches from and says to GitHub."""
    lines = [line for line in STEPS[step]["run"].splitlines() if not line.startswith((". .venv", "cml "))]
    return "set -e\n" + "\n".join(lines)


@pytest.mark.slow
def test_a_pull_request_is_answered_with_what_it_changes(again):
    again.run("git", "checkout", "-q", "-B", "base")
    again.run("git", "checkout", "-q", "-b", "change")
    again.run("git", "remote", "add", "origin", ".")
    again.run("git", "fetch", "-q", "origin")
    again.set(**{"head.l2": [0.7]})
    again.environment["GITHUB_BASE_REF"] = "base"
    again.run("bash", "-c", script("Run"))
    again.run("bash", "-c", script("Report"))
    report = (again.folder / "report.md").read_text()
    assert "| metrics/head.json" in report and "head.l2" in report and "Verdict: " in report
    assert report.rstrip().endswith("![results](plots/results.png)") and (again.folder / "plots/results.png").is_file()


@pytest.mark.slow
def test_a_model_of_the_registry_comes_alone(again):
    assert set(yaml.safe_load((again.folder / "dvc.yaml").read_text())["artifacts"]) == {"head", "finetuned"}
    again.run("git", "tag", "finetuned@v1.0.0")  # as gto does
    model = again.folder / "models/finetuned/model.keras"
    before = model.read_bytes()
    again.set(**{"head.l2": [0.7]})
    again.run("dvc", "repro")
    again.run("bash", "-c", GET["steps"][0]["run"])
    assert (again.folder / "model/model.keras").read_bytes() == before != model.read_bytes()
