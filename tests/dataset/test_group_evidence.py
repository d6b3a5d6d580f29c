"""Groups are hinted at where names and features agree, and nowhere else."""

import re

import numpy as np
import pytest

from transfer.dataset.group_evidence import SEQUENCE, GroupHint, find_hint
from transfer.dataset.pattern_match import group_of

WIDTH, LEAST = 64, 0.8


def features(sources: list[int], noise: float, seed: int = 0) -> dict[str, np.ndarray]:
    """Rows of one source are alike: a point of their own, and noise around it. Every fifth picture validates."""
    rng = np.random.default_rng(seed)
    points = rng.normal(0, 1, (max(sources) + 1, WIDTH))
    rows = (points[sources] + rng.normal(0, noise, (len(sources), WIDTH)) + 3).astype(np.float32)
    validates = np.arange(len(rows)) % 5 == 0
    return {"train": rows[~validates], "validation": rows[validates]}


def hint(places: list[str], sources: list[int], noise: float, labels: list[str] | None = None) -> GroupHint | None:
    labels = labels or ["cats"] * len(places)
    order = [row for row in range(len(places)) if row % 5] + list(range(0, len(places), 5))
    return find_hint([places[row] for row in order], [labels[row] for row in order], features(sources, noise), LEAST)


FILMS = ("garden", "walk", "sofa", "window", "beach", "kitchen", "roof", "snow")
FRAMES = [(film, frame) for film in range(8) for frame in range(15)]


def test_frames_of_films_whose_names_have_a_number_at_the_end():
    found = hint([f"cats/{FILMS[film]}_{frame:03d}.jpg" for film, frame in FRAMES], [film for film, _ in FRAMES], 0.2)
    assert found.pattern == SEQUENCE and found.share == 1
    assert found.chance == pytest.approx(14 / 119)
    expression = re.compile(SEQUENCE)
    assert group_of(expression, "cats/garden_003.jpg") == "garden"
    assert group_of(expression, "cats/VID-2024 12.5.jpeg") == "VID-2024 12"
    assert found.pattern in str(found) and "100% of them" in str(found)


def test_breeds_are_nearer_to_each_other_than_to_others_but_are_no_films():
    places = [f"cats/{FILMS[film]}_{frame:03d}.jpg" for film, frame in FRAMES]
    assert hint(places, [film for film, _ in FRAMES], 1.0) is None  # cosines of about .5


def test_names_that_have_nothing_to_do_with_what_is_seen():
    rng = np.random.default_rng(1)
    places = [f"cats/{FILMS[film]}_{frame:03d}.jpg" for film, frame in FRAMES]
    assert hint(places, rng.integers(0, 8, len(places)).tolist(), 0.2) is None


def test_patients_are_hinted_at_by_their_number():
    places = [f"ill/person{number}_virus_{shot}.jpeg" for number in range(40) for shot in range(3)]
    found = hint(places, [number for number in range(40) for _ in range(3)], 0.2)
    assert found.pattern == r"(person\d+)" and found.share == 1


def test_bursts_of_a_camera_are_neighbours_by_number():
    places = [f"cats/IMG_{number:04d}.JPG" for number in range(100, 220)]
    found = hint(places, [number // 4 for number in range(120)], 0.2)
    assert found.pattern == "" and found.chance < 0.04
    assert 0.75 < found.share < 0.9  # the nearest one of a first may be the last of four
    assert "whose number is next to theirs" in str(found)
    assert hint(places, list(range(120)), 0.2) is None


def test_only_pictures_of_the_same_class_are_asked():
    """Each class is one film: that names follow classes, and pictures of a class are alike, says nothing."""
    classes = [film for film, _ in FRAMES]
    places = [f"{FILMS[film]}/{FILMS[film]}.{frame}.jpg" for film, frame in FRAMES]
    assert hint(places, classes, 0.2, [FILMS[film] for film in classes]) is None


def test_names_without_numbers_and_few_pictures():
    assert hint(["cats/a.jpg", "cats/b.jpg"], [0, 0], 0.1) is None
    assert hint(["cats/1.jpg", "cats/2.jpg"], [0, 1], 0.1) is None
