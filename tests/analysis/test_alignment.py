"""Predictions of different pictures are never compared."""

import numpy as np
import pytest

from tests.analysis.test_predictions import FIRST, IDS, SECOND, equal, made
from transfer.analysis.alignment import align
from transfer.classes import Classes
from transfer.errors import InputError


def test_predictions_are_brought_into_one_order():
    turned = SECOND.take(np.arange(5)[::-1])
    got = align({"head": FIRST, "finetuned": turned})
    assert equal(got["finetuned"], SECOND) and equal(got["head"], FIRST)


def test_different_test_pictures_are_refused_by_name():
    with pytest.raises(
        InputError,
        match=r"pictures: 2 only in head, such as test/d.jpg \(id d\), test/e.jpg \(id e\); 0 only in other; ",
    ):
        align({"head": FIRST, "other": SECOND.take(np.arange(3))})
    with pytest.raises(
        InputError, match=r"1 only in head, such as test/a.jpg \(id a\); 1 only in other, such as test/a.jpg"
    ):
        align({"head": FIRST, "other": made([0.5] * 5, ids=["z", *IDS[1:]])})


def test_changed_labels_are_refused_by_name():
    relabelled = made([0.5] * 5, actual=np.array([0, 1, 0, 0, 1]))
    with pytest.raises(InputError, match=r"different labels: 1 pictures changed class, such as test/a.jpg"):
        align({"head": FIRST, "other": relabelled})
    with pytest.raises(InputError, match=r"different labels: 2 pictures changed class, such as test/c.jpg"):
        align({"head": FIRST, "other": made([0.5] * 5, classes=Classes(("kittens", "dogs"), "dogs"))})
