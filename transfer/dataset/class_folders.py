"""Which of the folders that a picture lies in is its class."""

from collections.abc import Iterable
from pathlib import PurePosixPath

from transfer.dataset.class_choice import caseless, list_names
from transfer.dataset.labels import Labelling

INNERMOST = -1  # depth of the folder that holds the picture; 0 is the first below the split


def label_by_folder(names: list[str], wanted: Iterable[str] = ()) -> Labelling:
    """The class is the folder at the first depth whose names are the same, two or more, in train and test.

    So `cats/patient1/x.jpg` is of the class cats. If there is no such depth, it is the one whose names agree most.

    names: SPLIT/path of all pictures, without folders that are around a whole split
    wanted: names that are classes, if some are known
    """
    paths = [path for path in map(PurePosixPath, names) if len(path.parts) > 2]
    wanted = {caseless(name) for name in wanted}
    depths = sorted({len(path.parts) - 2 for path in paths})
    shallowest = depths[0] if depths else 1
    candidates = [*range(shallowest), *([INNERMOST] if len(depths) > 1 else [])]
    found = {depth: _names_by_side(paths, depth) for depth in candidates}
    chosen = max(candidates, key=lambda depth: (wanted <= found[depth][0], _agreement(*found[depth])))
    others = [depth for depth in candidates if depth != chosen and _agreement(*found[depth]) == 1]

    def label_of(name: str) -> str:
        folders = PurePosixPath(name).parts[1:-1]
        return folders[chosen] if len(folders) > max(chosen, 0) else ""

    notes = ()
    if shallowest > 1 or len(depths) > 1:
        where = "innermost" if chosen == INNERMOST else f"{_ordinal(chosen)} below each split"
        also = "".join(
            f"; {list_names(sorted(found[depth][0]))} could be, if data.classes names them" for depth in others
        )
        labels = sorted({label_of(str(path)) for path in paths})
        notes = (f"classes are the folders that lie {where} ({list_names(labels)}){also}",)
    return Labelling(label_of, "no_class_folder", "lies outside every class folder", notes)


def _ordinal(depth: int) -> str:
    return ("first", "second", "third")[depth] if depth < 3 else f"number {depth + 1}"


def _names_by_side(paths: list[PurePosixPath], depth: int) -> tuple[set[str], set[str]]:
    """Names of the folders at a depth, outside test and in test; one set twice if all is undivided."""
    sides: tuple[set[str], set[str]] = (set(), set())
    for path in paths:
        sides[path.parts[0] == "test"].add(caseless(path.parts[1:-1][depth]))
    return sides if sides[1] else (sides[0], sides[0])


def _agreement(train: set[str], test: set[str]) -> float:
    """From 1 (the same names, two or more) to 0 (none in common)."""
    shared = len(train & test) / max(1, len(train | test))
    return shared if len(train) > 1 else shared / 2
