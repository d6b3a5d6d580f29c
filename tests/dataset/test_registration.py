"""The part of a picture that another one shows is found."""

import numpy as np
import pytest

from tests.dataset.edits import crop, small
from transfer.dataset.drawn import draw
from transfer.dataset.registration import IDENTITY, STEPS, apply, correlation, refine, standardise

DRAWN = [draw("cats", index, 3) for index in range(10)]
WHOLE = small(DRAWN).astype(np.float32)


def registered(one, other):
    warp = np.tile(np.float32(IDENTITY), (len(one), 1))
    for size in sorted(STEPS):
        shape = (len(one), size, 64 // size, size, 64 // size)
        warp = refine(one.reshape(shape).mean(axis=(2, 4)), other.reshape(shape).mean(axis=(2, 4)), warp)
    return warp


@pytest.mark.parametrize("edges", [(0, 0, 0, 0), (0.05, 0.05, 0.05, 0.05), (0.1, 0, 0, 0.06), (0.08, 0.1, 0.02, 0)])
def test_a_crop_is_placed_where_it_was_cut(edges):
    left, top, right, bottom = edges
    part = small([crop(image, *edges) for image in DRAWN]).astype(np.float32)
    found = registered(part, WHOLE)
    expected = (1 - left - right, left - right, 1 - top - bottom, top - bottom)
    np.testing.assert_allclose(np.median(found, axis=0), expected, atol=0.015)
    assert np.median(correlation(part, *apply(WHOLE, found))) > 0.97


def test_the_identity_leaves_a_picture_but_for_its_rim():
    seen, inside = apply(WHOLE, np.tile(np.float32(IDENTITY), (10, 1)))
    np.testing.assert_allclose(seen, WHOLE, atol=1e-3)
    assert inside[:, 2:-2, 2:-2].all() and inside.sum() == 10 * 60 * 60


def test_what_lies_outside_is_marked():
    _, inside = apply(WHOLE[:1], np.float32([[1, 0.25, 1, 0]]))  # shifted by an eighth of the width
    assert inside[0, 10].sum() == 60 - 8


def test_standardised_pictures_have_mean_0_and_deviation_1_where_it_counts():
    where = np.zeros((10, 64, 64), bool)
    where[:, 5:40, 8:60] = True
    result, deviation = standardise(WHOLE, where)
    part = result[:, 5:40, 8:60]
    np.testing.assert_allclose(part.mean(axis=(1, 2)), 0, atol=1e-3)
    np.testing.assert_allclose(part.std(axis=(1, 2)), 1, atol=1e-3)
    np.testing.assert_allclose(deviation, WHOLE[:, 5:40, 8:60].std(axis=(1, 2)), rtol=1e-3)
    assert not result[~where].any()
