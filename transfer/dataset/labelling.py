"""Pictures labelled in whichever way was asked for: by folder, by a pattern on their names, or by a table."""

from collections.abc import Iterable

from transfer.dataset.arrangement import assign_splits, in_order, strip_folders
from transfer.dataset.class_folders import label_by_folder
from transfer.dataset.label_pattern import label_by_pattern
from transfer.dataset.labels import Labelling, Picture, label
from transfer.dataset.labels_table import Table
from transfer.dataset.rejects import Rejects
from transfer.dataset.table_match import label_by_table


def label_all(
    pictures: list[Picture],
    rejects: Rejects,
    source: Table | str | None = None,
    wanted: Iterable[str] = (),
) -> tuple[list[Picture], Labelling]:
    """Give each picture its split, if it came with one, and its label; those without a label go to `rejects`.

    source: of the labels: a table (see `label_by_table`), a pattern (`label_by_pattern`) or None (`label_by_folder`)
    wanted: names of classes that are known, in their spelling
    Returns the others in order (see `in_order`), and how they were labelled, with notes on splits and classes.
    """
    wanted = list(wanted)
    notes = assign_splits(pictures, rejects)
    if isinstance(source, Table):
        labelling = label_by_table(pictures, rejects, source)
    elif source:
        labelling = label_by_pattern(source)
    else:
        strip_folders(pictures, rejects)
        labelling = label_by_folder([picture.name for picture in pictures], wanted)
    labelled = in_order(label(pictures, rejects, labelling, wanted))
    return labelled, Labelling(labelling.label_of, labelling.reason, labelling.detail, (*notes, *labelling.notes))
