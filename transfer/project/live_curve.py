"""The learning curve of a training under way, in live/MODEL.csv: for whoever draws it, and for no stage."""

from pathlib import Path

from transfer.network.training.progress import EpochReport, OnEpoch, print_epoch
from transfer.network.training.results import EpochFigures
from transfer.project.cluster import cluster_rank

FOLDER = Path("live")


def follow(model: str) -> OnEpoch:
    """What to call after each epoch: it prints a line, and writes all epochs so far, as in a history.csv.

    The file is whole at any time. Of the machines of a cluster, which share the project's folder, the first writes it.
    """
    path, partial = FOLDER / f"{model}.csv", FOLDER / f".{model}.partial"

    def on_epoch(report: EpochReport) -> None:
        print_epoch(report)
        if not cluster_rank():
            rows = [("epoch", *EpochFigures._fields), *((epoch, *each) for epoch, each in enumerate(report.history))]
            FOLDER.mkdir(exist_ok=True)
            partial.write_text("".join(f"{','.join(map(str, row))}\n" for row in rows))
            partial.replace(path)

    return on_epoch
