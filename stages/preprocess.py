"""preprocess: decode and check every picture, drop what is broken or there twice, split, and store what is left."""

import csv
import json
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial
from itertools import chain
from pathlib import Path

import numpy as np
from tqdm import tqdm

from transfer.dataset import audit
from transfer.dataset.archives import read_pictures, skip_below
from transfer.dataset.duplicates import choose_dropped
from transfer.dataset.pictures import Prepared, try_prepare
from transfer.dataset.rejects import Rejects, printable
from transfer.dataset.splits import assign_validation
from transfer.dataset.spool import Spool
from transfer.dataset.store import StoreWriter
from transfer.dataset.workers import map_in_order
from transfer.project.outputs import atomic_folder
from transfer.project.params import load_params
from transfer.project.runner import run_stage

Outcome = tuple[str, Prepared | tuple[str, str]]  # as `try_prepare` returns it


def main(engine: Callable[..., Iterable[Outcome]] | None = None) -> None:
    """engine: what checks pictures in place of `on_all_cores`; the outcomes have to come in the same order."""
    params = load_params()
    rejects, found = Rejects(), []
    with Path("data/raw/skipped.csv").open(newline="") as file:
        for member in csv.DictReader(file):
            rejects.add(member["file"], member["reason"], member["detail"])
    archives = [archive for split in ("train", "test") for archive in sorted(Path("data/raw", split).iterdir())]
    with atomic_folder("data/prepared") as folder:
        # Every picture is decoded in a worker and its stream spooled: little of it stays in memory.
        streams, thumbnails = Spool(folder / "streams.spool"), Spool(folder / "thumbnails.spool")
        work = partial(
            try_prepare, size=params.image.size, min_size=params.image.min_size, max_pixels=params.image.max_pixels
        )
        outcomes = (engine or on_all_cores)(work, archives, rejects)
        for name, outcome in tqdm(outcomes, "checking", unit="picture", disable=None):
            if isinstance(outcome, Prepared):
                thumbnails.add(outcome.thumbnail)
                place = streams.add(outcome.jpeg)
                found.append(audit.Found(name, replace(outcome, jpeg=b"", thumbnail=b""), place))
            else:
                rejects.add(name, *outcome)

        found = audit.arrange(found, rejects, params.data.positive_class)
        audit.check_classes(found, rejects, params.data.positive_class)
        drop = choose_dropped(
            [picture.prepared.id for picture in found],
            [picture.label for picture in found],
            [picture.split == "test" for picture in found],
            np.array([picture.prepared.phash for picture in found], np.uint64),
            thumbnails.rows([picture.place for picture in found]),
            params.preprocess.near_duplicate_distance,
        )
        for index, (reason, other) in drop.items():
            rejects.add(found[index].name, reason, f"the same picture as {found[other].name}")
        kept = [picture for index, picture in enumerate(found) if index not in drop]
        audit.check_rejects(rejects, len(kept), params.preprocess.max_reject_fraction)
        audit.check_numbers(kept)

        train = [picture for picture in kept if picture.split == "train"]
        ids, labels = [picture.prepared.id for picture in train], [picture.label for picture in train]
        for picture, apart in zip(
            train, assign_validation(ids, labels, params.split.validation, params.seed), strict=True
        ):
            picture.split = "validation" if apart else "train"

        writer = StoreWriter(folder)
        for picture in kept:
            writer.add(streams.read(picture.place), picture.columns(params.data.positive_class))
        writer.close()
        summary = audit.summarise(kept, rejects)
        (folder / "summary.json").write_text(json.dumps(summary, indent=2) + "\n")
        rejects.write(folder / "rejects.csv")
        dropped = [(found[index], reason) for index, (reason, _) in sorted(drop.items())]
        audit.write_sheets(folder, kept, dropped, lambda picture: streams.read(picture.place))
        streams.close()
        thumbnails.close()
    print("pictures:", json.dumps(summary["counts"]), "set aside:", json.dumps(summary["rejects"]))


def on_all_cores(work: Callable, archives: list[Path], rejects: Rejects) -> Iterator[Outcome]:
    """`work` of every picture of the archives, in their order."""
    return map_in_order(work, chain.from_iterable(arrivals(archive, rejects) for archive in archives))


def arrivals(archive: Path, rejects: Rejects, only: range | None = None) -> Iterator[tuple[str, bytes]]:
    """What may be a picture in an archive of data/raw/SPLIT: (SPLIT/path, content); only: see `read_pictures`."""
    split = archive.parent.name
    for name, content in read_pictures(archive, skip_below(split, rejects.add), only):
        if "/" in name:
            yield printable(f"{split}/{name}"), content
        else:
            rejects.add(f"{split}/{name}", "no_class_folder", "lies outside every class folder")


if __name__ == "__main__":
    sys.exit(run_stage(main))
