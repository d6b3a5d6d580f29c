"""One picture is known however it was edited, and pictures that look alike from afar are told apart."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from tests.dataset.edits import EDITS, small
from transfer.dataset.drawn import draw
from transfer.dataset.likeness import MIN_COVER, RIM, cover, fingerprints, likeness, same_shot, turned_alike

DRAWN = [draw(label, index, 5) for label in ("cats", "dogs") for index in range(20)]
ORIGINALS = small(DRAWN)
TURNS = [(transposed, down, across) for transposed in (False, True) for down in (1, -1) for across in (1, -1)]


def turn(pictures, transposed, down, across):
    return (pictures.transpose(0, 2, 1) if transposed else pictures)[:, ::down, ::across]


@pytest.mark.parametrize("edit", EDITS)
def test_edits_of_a_picture_are_the_picture(edit):
    edited = small([EDITS[edit](image) for image in DRAWN])
    assert same_shot(ORIGINALS, edited).mean() >= 0.9  # drawings hold less detail than photographs
    assert same_shot(edited, ORIGINALS).mean() >= 0.9


def test_others_are_not():
    one, other = np.triu_indices(len(ORIGINALS), 1)
    assert not same_shot(ORIGINALS[one], ORIGINALS[other]).any()


def shapes(width, fill, number=60):
    """Circles and squares: uint8 (number, 64, 64). width: of the line, pixels of 400. fill: shade, or None."""
    rng, drawings = np.random.default_rng(0), []
    for index in range(number):
        image = Image.new("L", (400, 400), 255)
        x, y, size = (int(value) for value in rng.integers((20, 20, 60), (200, 200, 180)))
        pen = ImageDraw.Draw(image)
        (pen.ellipse if index % 2 else pen.rectangle)((x, y, x + size, y + size), outline=0, width=width, fill=fill)
        drawings.append(image)
    return small(drawings)


@pytest.mark.parametrize("width, fill", [(3, None), (8, None), (20, None), (3, 0), (3, 128)])
def test_sparse_drawings_are_not_one_because_they_are_mostly_background(width, fill):
    drawings = shapes(width, fill)
    assert cover(drawings.astype(np.float32)).max() < MIN_COVER
    one, other = np.triu_indices(len(drawings), 1)
    assert not same_shot(drawings[one], drawings[other]).any()


def test_a_sparse_drawing_is_known_if_it_is_only_turned_or_duller():
    drawings = shapes(3, None)
    assert same_shot(drawings, drawings[:, ::-1]).all()
    assert same_shot(drawings, (drawings * 0.6).astype(np.uint8)).all()


def test_plain_pictures_are_the_same_as_nothing():
    plain = np.stack([np.full((64, 64), shade, np.uint8) for shade in (10, 60, 200)])
    assert not same_shot(plain, plain[[1, 2, 0]]).any()
    assert not same_shot(plain, ORIGINALS[:3]).any()


def test_no_pictures_are_compared():
    assert same_shot(ORIGINALS[:0], ORIGINALS[:0]).shape == (0,)


@pytest.mark.parametrize("how", TURNS)
def test_a_turn_is_undone(how):
    assert np.array_equal(turned_alike(ORIGINALS, turn(ORIGINALS, *how)), ORIGINALS)


@given(st.integers(0, 2**32 - 1))
def test_likeness_is_the_best_correlation_of_eight_turns(seed):
    one, other = np.random.default_rng(seed).integers(0, 256, (2, 5, 64, 64)).astype(np.uint8)
    mine = fingerprints(one, RIM)
    expected = np.max([mine @ fingerprints(turn(other, *how), RIM).T for how in TURNS], axis=0)
    np.testing.assert_allclose(likeness(mine, fingerprints(other, RIM)), expected, atol=1e-5)


def test_fingerprints_know_neither_brightness_nor_contrast():
    duller = (ORIGINALS * 0.5 + 40).astype(np.float32)
    np.testing.assert_allclose(fingerprints(duller, RIM), fingerprints(ORIGINALS, RIM), atol=1e-4)
    assert np.linalg.norm(fingerprints(ORIGINALS, RIM), axis=1) == pytest.approx(1, abs=1e-5)
    assert np.linalg.norm(fingerprints(np.full((1, 64, 64), 7), RIM)) == pytest.approx(0, abs=1e-4)
