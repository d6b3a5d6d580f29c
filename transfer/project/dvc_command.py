"""`dvc` of the project's environment: DVC itself, with a look at the pictures before a run, a last word after it,
and a `push` that leaves out nothing that others clone.

`make env` puts it in the place of DVC's own script. Without it (`python -m dvc`) all works, but that a change in
pictures on this machine goes unnoticed.
"""

import os
import sys
import tempfile
from pathlib import Path

import yaml

from transfer.project.cluster_run import announced_run
from transfer.project.pushing import push_commit
from transfer.project.run_log import VARIABLE, noted_stages
from transfer.project.run_summary import summary
from transfer.project.source_record import RECORD, refresh_record

RUNS = (["repro"], ["exp", "run"], ["experiments", "run"])
ELSEWHERE = {"--queue", "--temp", "--run-all", "--dry", "-h", "--help", "-q", "--quiet"}


def main() -> int:
    """Call DVC with this process's arguments, and return its exit code."""
    words = [word for word in sys.argv[1:] if not word.startswith("-")]
    runs = any(words[: len(run)] == run for run in RUNS)
    if Path("dvc.yaml").is_file() and RECORD.is_file():
        if runs or words[:1] == ["status"]:
            look_at_source()
        if runs and not ELSEWHERE & set(sys.argv):
            return run_with_summary(words)
        if words[:1] == ["push"]:
            return call_dvc() or push_commit(sys.argv[1:])
    return call_dvc()


def call_dvc() -> int:
    from dvc.cli import main as dvc

    return dvc()


def look_at_source() -> None:
    """Write the record of the places on this machine anew, and say what has changed.

    A faulty params.yaml is for the stages to complain of.
    """
    try:
        data = yaml.safe_load(Path("params.yaml").read_text(encoding="utf-8"))["data"]
        local = data["local"] if data["source"] == "local" else {}
        places = {split: local.get(split) for split in ("train", "validation", "test")}
        places["labels"] = (data.get("labels") or {}).get("table")
    except (OSError, yaml.YAMLError, ValueError, KeyError, TypeError, AttributeError):
        return
    for sentence in refresh_record({key: place for key, place in places.items() if isinstance(place, str)}):
        print(f"note: {sentence}", file=sys.stderr)


def run_with_summary(words: list[str]) -> int:
    """Call DVC, and end with what ran and where its results are, if it got to the end of the pipeline."""
    with tempfile.NamedTemporaryFile(prefix="transfer-run-") as log:
        os.environ[VARIABLE] = log.name
        with announced_run() as run:
            code = run.code = call_dvc()
        seconds = noted_stages(Path(log.name))
    if code == 0 and ("evaluate" in seconds or not (seconds or name_a_stage(words))):
        try:
            print("\n".join(summary(seconds)), flush=True)
        except BrokenPipeError:  # of `| head`
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return code


def name_a_stage(words: list[str]) -> bool:
    """Whether only a part of the pipeline was asked for."""
    stages = yaml.safe_load(Path("dvc.yaml").read_text(encoding="utf-8"))["stages"]
    return any(word.partition("@")[0] in stages for word in words)


if __name__ == "__main__":
    sys.exit(main())
