"""preprocess: decode and check every picture, drop broken and duplicate ones, split, and store the rest."""

import json
import sys
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from pathlib import Path

from transfer.classes import Classes
from transfer.dataset import audit
from transfer.dataset.class_choice import AUTO, choose_classes, explain_positive
from transfer.dataset.contact_sheet import write_sheets
from transfer.dataset.corrections import Corrections
from transfer.dataset.corrections_record import count_corrections, write_record
from transfer.dataset.corrections_table import kept_files, read_corrections
from transfer.dataset.groups import describe_groups, drop_leaks, set_groups
from transfer.dataset.labelling import label_all
from transfer.dataset.labels import Picture, leave_out_unlisted
from transfer.dataset.labels_table import Table, find_table, read_table
from transfer.dataset.partition import divide, place_left_out, split_validation
from transfer.dataset.pictures import Outcome, Prepared, try_prepare
from transfer.dataset.progress import show_progress
from transfer.dataset.raw import prepare_on_all_cores
from transfer.dataset.raw_folders import list_archives
from transfer.dataset.rejects import Rejects, kept_if_stopped
from transfer.dataset.repeated import drop_repeated
from transfer.dataset.spool import Spool
from transfer.dataset.store import StoreWriter, write_classes
from transfer.dataset.summary import describe, summarise
from transfer.project.outputs import atomic_folder
from transfer.project.params import load_params
from transfer.project.runner import run_stage
from transfer.project.schema_data import Labels

RAW = Path("data/raw")
CORRECTIONS = Path("data/corrections.csv")
STOPPED = Path("data/set_aside.csv")  # what was set aside in a run that stopped, and so left no output


def main(prepare_all: Callable[..., Iterable[Outcome]] = prepare_on_all_cores) -> None:
    """prepare_all: prepares pictures in place of this machine's cores, with the same outcomes in the same order."""
    params = load_params()
    corrections = Corrections(read_corrections(CORRECTIONS))
    limits = {"min_size": params.image.min_size, "max_pixels": params.image.max_pixels}
    prepare = partial(try_prepare, size=params.image.size, kept=kept_files(corrections.rows), **limits)
    rejects = Rejects.read(RAW / "skipped.csv")
    with (
        kept_if_stopped(rejects, STOPPED),
        atomic_folder("data/prepared") as folder,
        Spool(folder / "jpegs.spool") as jpegs,
        Spool(folder / "thumbnails.spool") as thumbnails,
    ):
        outcomes = prepare_all(prepare, list_archives(RAW), rejects)
        decoded = collect(show_progress(outcomes, "checking", "picture"), rejects, jpegs, thumbnails)
        listed, positive = params.data.classes, params.data.positive_class
        given = listed or ([positive] if positive and positive != AUTO else [])
        decoded, labelling = label_all(decoded, rejects, labels_of(params.data.labels, params.split.group), given)
        decoded = corrections.apply(decoded, rejects, listed)
        if listed:
            decoded = leave_out_unlisted(decoded, rejects, listed, labelling.label_of)
        audit.check_classes(decoded, rejects, params.data.allow_missing_in_test, STOPPED)
        classes = choose_classes({picture.label for picture in decoded}, listed, positive)

        compared = thumbnails if params.preprocess.near_duplicates else None
        dropped, saved = drop_repeated(decoded, rejects, compared, corrections.kept(decoded))
        pictures = [picture for index, picture in enumerate(decoded) if index not in dropped]
        grouped = set_groups([*pictures, *corrections.dropped], params.split.group)
        test_share = getattr(params.data.chosen, "test_share", 0.0)
        pictures, division = divide(pictures, test_share)
        pictures = drop_leaks(pictures, rejects) if grouped else pictures
        most = params.preprocess.max_reject_fraction, params.preprocess.max_duplicate_fraction
        audit.check_rejects(rejects, len(pictures), *most, STOPPED)
        audit.check_numbers(pictures, classes, params.data.allow_missing_in_test, STOPPED)
        own = split_validation(pictures, params.split.validation, params.seed.data)
        store(pictures, folder, jpegs, classes, grouped)
        place_left_out(corrections.dropped, test_share, 0 if own else params.split.validation, params.seed.data)
        if untested := [each for each in corrections.dropped if each.split == "test" and each.label in classes.names]:
            store(untested, folder / "dropped_test", jpegs, classes, grouped)
        corrected = corrections.record([*pictures, *corrections.dropped], saved)
        write_record(folder / "corrected.csv", corrected)
        notes = [*labelling.notes, *division, *own, *(describe_groups(pictures) if grouped else ())]
        notes += corrections.notes()
        drawn = ({"test": test_share} if division else {}) | ({} if own else {"validation": params.split.validation})
        by_hand = count_corrections(corrected)
        summary = summarise(pictures, rejects, classes, labelling.label_of, drawn, notes, by_hand)
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


def labels_of(labels: Labels | None, group: str | None) -> Table | str | None:
    """The table of labels, the pattern on file names that gives them, or None: folders do."""
    if labels and labels.table:
        columns = (labels.file, labels.label, labels.split, labels.group, group)
        return Table(labels.table, read_table(find_table(RAW), *columns))
    return labels and labels.pattern


def store(pictures: list[Picture], folder: Path, jpegs: Spool, classes: Classes, grouped: bool) -> None:
    folder.mkdir(exist_ok=True)
    write_classes(folder, classes)
    writer = StoreWriter(folder)
    for picture in pictures:
        writer.add(jpegs.read(picture.position), picture.columns(classes, grouped))
    writer.close()


if __name__ == "__main__":
    sys.exit(run_stage(main))
