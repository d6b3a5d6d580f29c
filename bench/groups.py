"""What it does to divide by picture what comes in groups: python -m bench.groups PATTERN [SEED...]

BENCH_TRAIN and BENCH_TEST name archives of pictures, of which several are of one patient, animal or film, by PATTERN on
their names. Each seed (0 to 4 if none is named) divides train twice, by picture and by group, and runs all stages at
128 pixels on either. Prints a Markdown table: the log-loss on validation and on test of both models, and the epoch that
fine-tuning kept.
"""

import argparse
import json
import os
import statistics
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.projects import Project

SIZE = 128  # pixels
MODELS = ("head", "finetuned")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.groups", description=__doc__.splitlines()[0])
    parser.add_argument("pattern", help="of groups, as for split.group")
    parser.add_argument("seeds", nargs="*", type=int, default=range(5))
    given = parser.parse_args()
    source = {"data.source": "local", "image.size": SIZE}
    source |= {f"data.local.{split}": os.environ[f"BENCH_{split.upper()}"] for split in ("train", "test")}
    gaps = {}
    print("| seed | divided by | head: validation | test | fine-tuned: validation | test | epoch (share) |")
    print("|--:|---|--:|--:|--:|--:|---|", flush=True)
    with TemporaryDirectory(prefix="bench-") as folder:
        project = Project(Path(folder) / "project", source)
        for seed in given.seeds:
            for name, group in (("picture", None), ("group", given.pattern)):
                project.set({"seed.data": seed, "seed.training": seed, "split.group": group})
                project.repro()
                losses, kept = figures(project.folder)
                print(f"| {seed} | {name} | {' | '.join(f'{loss:.3f}' for loss in losses)} | {kept} |", flush=True)
                gaps.setdefault(name, []).append((losses[3] - losses[2], losses[3] - losses[1]))
    for name, rows in gaps.items():
        optimism, gain = (statistics.mean(column) for column in zip(*rows, strict=True))
        print(f"by {name}: fine-tuned, test less validation {optimism:+.3f}; test, fine-tuned less head {gain:+.3f}")


def figures(folder: Path) -> tuple[list[float], str]:
    """The log-loss of each model, on validation and on test; and what fine-tuning kept."""
    validation = json.loads((folder / "metrics/validation.json").read_text())
    losses = []
    for model in MODELS:
        test = json.loads((folder / f"metrics/{model}.json").read_text())
        losses += [validation[model]["log_loss"], test["log_loss"]]
    chosen = json.loads((folder / "models/finetuned/selection.json").read_text())
    return losses, f"{chosen['epoch']} ({chosen['averaging_weight']:g})" if chosen["epoch"] else "none"


if __name__ == "__main__":
    main()
