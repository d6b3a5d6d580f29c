"""Time and peak memory of `download` and `preprocess` by the number of drawn pictures: python bench/data_in.py N...

Prints a Markdown table. Peak memory: of the stage's own process, and of it and its workers together (proportional set
size, sampled five times a second).
"""

import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil
import yaml

ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    print("| pictures | stage | seconds | pictures/s | MiB, own process | MiB, with workers |")
    print("|---|---|---|---|---|---|")
    for number in map(int, sys.argv[1:]):
        with tempfile.TemporaryDirectory() as folder:
            project = copied(Path(folder), number)
            for stage in ("download", "preprocess"):
                seconds, own, all_of_it = measured([sys.executable, "-m", f"stages.{stage}"], project)
                cells = [
                    f"{number:,}",
                    stage,
                    f"{seconds:.1f}",
                    f"{number / seconds:.0f}",
                    f"{own:.0f}",
                    f"{all_of_it:.0f}",
                ]
                print("|", " | ".join(cells), "|", flush=True)


def copied(folder: Path, number: int) -> Path:
    """A copy of the project whose source is `number` drawn pictures, nine in ten for train."""
    shutil.copytree(ROOT / "stages", folder / "stages")
    (folder / ".dvc").mkdir()
    params = yaml.safe_load((ROOT / "params.yaml").read_text())
    params["data"]["source"] = "sample"
    params["data"]["sample"] = {"train": number - number // 10, "test": number // 10}
    (folder / "params.yaml").write_text(yaml.safe_dump(params))
    return folder


def measured(command: list[str], folder: Path) -> tuple[float, float, float]:
    """Run a command: seconds, peak MiB of its process, peak MiB of it and its children at one time."""
    start = time.monotonic()
    running = psutil.Popen(command, cwd=folder, stdout=subprocess.DEVNULL)
    own = all_of_it = 0
    while running.poll() is None:
        sizes = []
        for process in [running, *running.children(recursive=True)]:
            try:
                sizes.append(process.memory_full_info().pss)
            except psutil.Error:  # it has just ended
                sizes.append(0)
        own, all_of_it = max(own, sizes[0]), max(all_of_it, sum(sizes))
        time.sleep(0.2)
    if running.returncode:
        sys.exit(f"{command} ended with {running.returncode}")
    return time.monotonic() - start, own / 2**20, all_of_it / 2**20


if __name__ == "__main__":
    main()
