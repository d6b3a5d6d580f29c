"""preprocess: decode and check every picture, drop broken and duplicate ones, split, and store the rest."""

import json
import sys
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
from tqdm import tqdm

from transfer.classes import Classes
from transfer.dataset import audit
from transfer.dataset.class_choice import AUTO, choose_classes, explain_positive
from transfer.dataset.contact_sheet import write_sheets
from transfer.dataset.duplicates import choose_dropped, find_near
from transfer.dataset.labels import Picture, label_by_folder, leave_out_unlisted
from transfer.dataset.pictures import Outcome, Prepared, try_prepare
from transfer.dataset.raw import list_archives, prepare_on_all_cores
from transfer.dataset.rejects import Rejects
from transfer.dataset.splits import assign_validation
from transfer.dataset.spool import Spool
from transfer.dataset.store import StoreWriter, write_classes
from transfer.dataset.summary import describe, summarise
from transfer.project.outputs import atomic_folder
from transfer.project.params import load_params
from transfer.project.runner import run_stage

RAW = Path("data/raw")


def main(prepare_all: Callable[..., Iterable[Outcome]] = prepare_on_all_cores) -> None:
    """prepare_all: prepares pictures in place of this machine's cores, with the same outcomes in the same order."""
    params = load_params()
    prepare = partial(
        try_prepare, size=params.image.size, min_size=params.image.min_size, max_pixels=params.image.max_pixels
    )
    rejects = Rejects.read(RAW / "skipped.csv")
    with (
        atomic_folder("data/prepared") as folder,
        Spool(folder / "jpegs.spool") as jpegs,
        Spool(folder / "thumbnails.spool") as thumbnails,
    ):
        outcomes = prepare_all(prepare, list_archives(RAW), rejects)
        decoded = collect(tqdm(outcomes, "checking", unit="picture", disable=None), rejects, jpegs, thumbnails)
        listed, positive = params.data.classes, params.data.positive_class
        decoded = label(decoded, rejects, listed, positive)
        audit.check_classes(decoded, rejects, params.data.allow_missing_in_test)
        classes = choose_classes({picture.label for picture in decoded}, listed, positive)

        dropped = drop_duplicates(decoded, rejects, thumbnails if params.preprocess.near_duplicates else None)
        pictures = [picture for index, picture in enumerate(decoded) if index not in dropped]
        audit.check_rejects(rejects, len(pictures), params.preprocess.max_reject_fraction)
        audit.check_numbers(pictures, classes, params.data.allow_missing_in_test)
        split_validation(pictures, params.split.validation, params.seed)

        store(pictures, folder, jpegs, classes)
        summary = summarise(pictures, rejects, classes)
        (folder / "summary.json").write_text(json.dumps(summary, indent=2) + "\n")
        rejects.write(folder / "rejects.csv")
        twice = [(decoded[index], reason) for index, (reason, _) in sorted(dropped.items())]
        write_sheets(folder, pictures, classes, twice, lambda picture: jpegs.read(picture.position))
    print(*filter(None, (describe(summary), explain_positive(classes, positive))), sep="\n")


def collect(outcomes: Iterable[Outcome], rejects: Rejects, jpegs: Spool, thumbnails: Spool) -> list[Picture]:
    """The pictures that decode; their streams and thumbnails are spooled, and `rejects` gets the other files."""
    pictures = []
    for name, outcome in outcomes:
        if isinstance(outcome, Prepared):
            thumbnails.add(outcome.thumbnail)
            position = jpegs.add(outcome.jpeg)
            pictures.append(Picture(name, replace(outcome, jpeg=b"", thumbnail=b""), position))
        else:
            rejects.add(name, *outcome)
    return pictures


def label(pictures: list[Picture], rejects: Rejects, listed: list[str] | None, positive: str | None) -> list[Picture]:
    """The labelled pictures of the listed classes, or of all; classes are spelt as in the params."""
    given = listed or ([positive] if positive and positive != AUTO else [])
    pictures = label_by_folder(pictures, rejects, given)
    return leave_out_unlisted(pictures, rejects, listed) if listed else pictures


def drop_duplicates(pictures: list[Picture], rejects: Rejects, thumbnails: Spool | None) -> dict[int, tuple[str, int]]:
    """What `choose_dropped` returns for the pictures; `rejects` gets those to drop.

    thumbnails: None: only exact duplicates are looked for
    """
    ids = [picture.prepared.id for picture in pictures]
    near = np.empty((0, 2), int)
    if thumbnails:
        near = find_near(ids, lambda rows: thumbnails.rows([pictures[row].position for row in rows]))
    dropped = choose_dropped(
        ids,
        [picture.label for picture in pictures],
        [picture.split == "test" for picture in pictures],
        near,
    )
    for index, (reason, other) in dropped.items():
        rejects.add(pictures[index].name, reason, f"the same picture as {pictures[other].name}")
    return dropped


def split_validation(pictures: list[Picture], fraction: float, seed: int) -> None:
    """Move `fraction` of the train pictures to the split validation."""
    train = [picture for picture in pictures if picture.split == "train"]
    chosen = assign_validation([p.prepared.id for p in train], [p.label for p in train], fraction, seed)
    for picture, validates in zip(train, chosen, strict=True):
        picture.split = "validation" if validates else "train"


def store(pictures: list[Picture], folder: Path, jpegs: Spool, classes: Classes) -> None:
    write_classes(folder, classes)
    writer = StoreWriter(folder)
    for picture in pictures:
        writer.add(jpegs.read(picture.position), picture.columns(classes))
    writer.close()


if __name__ == "__main__":
    sys.exit(run_stage(main))
