"""Augmentation: one draw a picture, epoch and seed, whatever the order; and geometry that is what it says."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from transfer.network.training.augment import crop, draw_boxes

KEYS = np.random.default_rng(0).integers(0, 2**63, 500).astype(np.uint64)


def test_a_draw_depends_on_nothing_but_seed_epoch_and_picture():
    boxes = draw_boxes(7, 3, KEYS, 0.5)
    order = np.random.default_rng(1).permutation(len(KEYS))
    assert np.array_equal(draw_boxes(7, 3, KEYS[order], 0.5), boxes[order])
    assert np.array_equal(draw_boxes(7, 3, KEYS[:5], 0.5), boxes[:5])
    for seed, epoch in ((8, 3), (7, 4)):
        assert not np.isclose(draw_boxes(seed, epoch, KEYS, 0.5), boxes).all(axis=1).any()


@given(st.floats(0.05, 1.0), st.integers(0, 2**31 - 1), st.integers(0, 100))
def test_boxes_lie_inside_and_keep_enough(min_area, seed, epoch):
    top, left, bottom, right = draw_boxes(seed, epoch, KEYS[:50], min_area).astype(float).T
    assert (np.stack([top, left, bottom, right]) >= -1e-6).all() and (
        np.stack([top, left, bottom, right]) <= 1 + 1e-6
    ).all()
    area = (bottom - top) * np.abs(right - left)
    assert (area <= 1 + 1e-6).all() and (area >= min_area - 1e-6).all()


def test_half_are_mirrored_and_no_crop_is_none():
    boxes = draw_boxes(7, 1, KEYS, 1.0)
    mirrored = boxes[:, 1] > boxes[:, 3]
    assert 0.4 < mirrored.mean() < 0.6
    assert np.array_equal(np.sort(boxes[:, [1, 3]], axis=1), np.tile([0, 1], (len(KEYS), 1)))
    assert np.array_equal(boxes[:, [0, 2]], np.tile([0, 1], (len(KEYS), 1)))


def test_geometry():
    picture = np.random.default_rng(0).integers(0, 256, (1, 9, 9, 3)).astype(np.uint8)
    picture = np.repeat(picture, 3, axis=0)
    boxes = np.array([[0, 0, 1, 1], [0, 1, 1, 0], [0, 0, 0.5, 1]], np.float32)
    same, mirrored, top = crop(picture, boxes).numpy()
    np.testing.assert_allclose(same, picture[0], atol=1e-3)
    np.testing.assert_allclose(mirrored, picture[0, :, ::-1], atol=1e-3)
    np.testing.assert_allclose(top[::2], picture[0, :5], atol=1e-3)
