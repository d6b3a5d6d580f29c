"""Whether pictures that belong together by their names also look nearly alike to a network, as frames of a film do.

Names alone do not tell garden_001.jpg of a film from garden_001.jpg of a collection, and pictures of one breed are near
to each other without being of one animal. So a group is suggested where both agree: many pictures have their nearest
neighbour in their own group, nearer than different photographs are, and more often than chance would have it.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from transfer.dataset.array_rows import ArrayRows
from transfer.dataset.centred import blocks, mean_row, unit_rows
from transfer.dataset.group_patterns import MIN_SHARE, joins, name_patterns
from transfer.dataset.pattern_match import compiled, group_of

SEQUENCE = r"^(.*?)[-_. ]?\d+\.\w+$"  # the name but for the number that it ends in
NUMBER = re.compile(r"(.*?)(\d+)\.\w+$")  # what comes before that number, with the folders, and the number
STEP = 2  # between the numbers of pictures that are called neighbours
ASKED = 2000  # pictures at most whose nearest one is sought
ERRORS = 4  # standard errors of chance that a share must lie above it


@dataclass(frozen=True)
class GroupHint:
    """Pictures seem to belong together.

    pattern: for `split.group`; "" where no pattern can say it, because it is neighbours by number that are alike
    share: of train and validation pictures that are nearly the same as one of their group, in [0, 1]
    chance: the share that would have its nearest one there if names had nothing to do with it, in [0, 1]
    """

    pattern: str
    share: float
    chance: float

    def __str__(self) -> str:
        if self.pattern:
            return (
                f"pictures may belong together: {self.share:.0%} of them look nearly like one of the same group, if "
                f"split.group is '{self.pattern}'; -S \"split.group='{self.pattern}'\" keeps each group in one split"
            )
        return (
            f"pictures may belong together, as frames of a film do: {self.share:.0%} of them look nearly like one "
            "whose number is next to theirs; a table can name the group of each (data.labels), to keep it in one split"
        )


def find_hint(
    places: Sequence[str], labels: Sequence[str], features: Mapping[str, ArrayRows], least: float
) -> GroupHint | None:
    """The pattern, or the numbering, that is most often right about what looks nearly alike; None if none is.

    places: of each train and validation picture, in the order of the rows of `features`, the path in its source
    labels: of each, its class
    features: of train and of validation, float32 (n, width)
    least: cosine of pictures that are nearly the same
    """
    patterns = [*name_patterns(places, labels), *([SEQUENCE] if joins(SEQUENCE, places) else [])]
    numbers = [match.groups() if (match := NUMBER.match(place)) else None for place in places]
    if not patterns and not any(numbers):
        return None
    _, classes = np.unique(np.asarray(labels, str), return_inverse=True)
    asked = np.unique(np.linspace(0, len(places) - 1, min(ASKED, len(places))).astype(int))
    near = _nearest_of_class(asked, classes, features, least)
    hints = list(filter(None, (_by_pattern(pattern, places, classes, near) for pattern in patterns)))
    if not hints:
        hints = list(filter(None, [_by_number(numbers, classes, near)]))
    return max(hints, key=lambda hint: hint.share - hint.chance, default=None)


def _by_pattern(pattern: str, places: Sequence[str], classes: np.ndarray, near: dict[int, int]) -> GroupHint | None:
    expression = compiled(pattern)
    groups = [group_of(expression, place) for place in places]
    sizes, of_class = Counter(zip(groups, classes, strict=True)), Counter(classes)
    right = [bool(groups[row]) and other >= 0 and groups[row] == groups[other] for row, other in near.items()]
    chances = [
        (sizes[groups[row], classes[row]] - 1) / max(1, of_class[classes[row]] - 1) if groups[row] else 0.0
        for row in near
    ]
    return _convincing(pattern, right, chances)


def _by_number(
    numbers: Sequence[tuple[str, str] | None], classes: np.ndarray, near: dict[int, int]
) -> GroupHint | None:
    there = Counter((*_key(own), label) for own, label in zip(numbers, classes, strict=True) if own)
    of_class = Counter(classes)
    right, chances = [], []
    for row, other in near.items():
        own, its = numbers[row], numbers[other] if other >= 0 else None
        right.append(
            own is not None and its is not None and own[0] == its[0] and abs(int(own[1]) - int(its[1])) <= STEP
        )
        beside = sum(there[(*key, classes[row])] for key in _beside(own)) if own else 0
        chances.append(beside / max(1, of_class[classes[row]] - 1))
    return _convincing("", right, chances)


def _key(numbered: tuple[str, str]) -> tuple[str, int]:
    return numbered[0], int(numbered[1])


def _beside(numbered: tuple[str, str]) -> Iterator[tuple[str, int]]:
    before, number = _key(numbered)
    return ((before, number + step) for step in range(-STEP, STEP + 1) if step)


def _convincing(pattern: str, right: list[bool], chances: list[float]) -> GroupHint | None:
    """The hint, if it is right of MIN_SHARE of the pictures beyond chance, and that is no accident."""
    share, chance = float(np.mean(right)), float(np.mean(chances))
    error = (chance * (1 - chance) / len(right)) ** 0.5
    beyond = share - chance
    return GroupHint(pattern, share, chance) if beyond > max(MIN_SHARE * (1 - chance), ERRORS * error) else None


def _nearest_of_class(
    asked: np.ndarray, classes: np.ndarray, features: Mapping[str, ArrayRows], least: float
) -> dict[int, int]:
    """Of each row asked for, the row of its class that is nearest to it; -1 where that is not as near as `least`."""
    centre = mean_row(next(iter(features.values())))
    starts = np.cumsum([0, *map(len, features.values())])
    own = np.concatenate(
        [
            unit_rows(rows[asked[(asked >= start) & (asked < start + len(rows))] - start], centre)
            for start, rows in zip(starts, features.values(), strict=False)
        ]
    )
    highest, nearest = np.full(len(asked), least, np.float32), np.full(len(asked), -1)
    for first, rows in zip(starts, features.values(), strict=False):
        for start, block in blocks(rows):
            others = first + start + np.arange(len(block))
            cosines = own @ unit_rows(block, centre).T
            cosines[(classes[asked][:, None] != classes[others]) | (asked[:, None] == others)] = -1
            best = cosines.argmax(axis=1)
            better = cosines[np.arange(len(asked)), best] >= highest
            highest[better] = cosines[better, best[better]]
            nearest[better] = others[best[better]]
    return dict(zip(asked.tolist(), nearest.tolist(), strict=True))
