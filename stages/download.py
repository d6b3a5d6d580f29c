"""download: bring the pictures of the chosen source to data/raw, as archives, with a manifest of what arrived."""

import csv
from pathlib import Path

from stages.dataset import sources
from stages.dataset.archives import Skip, sha256
from stages.params import Section, load
from stages.runner import run, whole


def main() -> None:
    params = load()
    with whole("data/raw") as folder:
        with (folder / "skipped.csv").open("w", newline="") as file:
            table = csv.writer(file, lineterminator="\n")
            table.writerow(["file", "reason", "detail"])
            bring(params.data.source, params.data.chosen, params.seed, folder, lambda *member: table.writerow(member))
        with (folder / "manifest.csv").open("w", newline="") as file:
            table = csv.writer(file, lineterminator="\n")
            table.writerow(["split", "file", "bytes", "sha256"])
            for split in sources.SPLITS:
                for path in sorted((folder / split).iterdir()):
                    table.writerow([split, path.name, path.stat().st_size, sha256(path)])


def bring(source: str, settings: Section, seed: int, folder: Path, skip: Skip) -> None:
    """Let the chosen source fill `folder`."""
    wanted = {split: getattr(settings, split) for split in sources.SPLITS}
    if source == "sample":
        sources.sample(folder, wanted, seed)
    elif source == "local":
        sources.local(folder, wanted, skip)


if __name__ == "__main__":
    run(main)
