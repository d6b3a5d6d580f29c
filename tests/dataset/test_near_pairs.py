"""Among many pictures, those that are one are found, and few are looked at closely."""

import numpy as np
import pytest

from tests.dataset.edits import EDITS, small
from transfer.dataset import near_pairs
from transfer.dataset.drawn import draw

DRAWN = [draw(label, index, 5) for label in ("cats", "dogs") for index in range(30)]


def pairs(pictures):
    return near_pairs.near_pairs(len(pictures), lambda rows: pictures[rows].reshape(len(rows), -1)).tolist()


def test_edited_pictures_are_paired_with_their_originals_and_with_nothing_else():
    edits = [edit(image) for image, edit in zip(DRAWN, EDITS.values(), strict=False)]
    found = pairs(small(DRAWN + edits))
    expected = [[index, len(DRAWN) + index] for index in range(len(edits))]
    assert all(pair in expected for pair in found)
    assert len(found) >= 0.95 * len(expected)


@pytest.mark.parametrize("number", [0, 1])
def test_too_few_to_pair(number):
    assert pairs(small(DRAWN)[:number]) == []


@pytest.mark.parametrize("rows, columns", [(1, 1), (7, 5), (256, 1024)])
def test_blocks_do_not_matter(monkeypatch, rows, columns):
    pictures = small(DRAWN[:10] + [EDITS["crop 5 %"](image) for image in DRAWN[:10]])
    expected = pairs(pictures)
    monkeypatch.setattr(near_pairs, "ROWS", rows)
    monkeypatch.setattr(near_pairs, "COLUMNS", columns)
    assert pairs(pictures) == expected != []


def linked(number, found):
    group = np.arange(number)
    for one, other in found:
        group[group == group[other]] = group[one]
    return group


def test_hundreds_of_one_picture_are_linked_by_few_looks(monkeypatch):
    looks = []
    same_shot = near_pairs.same_shot
    monkeypatch.setattr(near_pairs, "same_shot", lambda one, other: looks.append(len(one)) or same_shot(one, other))
    noise = np.random.default_rng(0).normal(0, 3, (600, 64, 64))
    placeholders = np.clip(small(DRAWN[:1]) + noise, 0, 255).astype(np.uint8)  # "picture not available"
    pictures = np.concatenate([placeholders, small(DRAWN[1:])])
    group = linked(len(pictures), pairs(pictures))
    assert len(set(group[:600].tolist())) == 1
    assert len(set(group.tolist())) == len(pictures) - 599
    assert sum(looks) <= near_pairs.CLOSER_LOOKS * len(pictures)
