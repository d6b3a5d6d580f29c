"""Neighbours are those that a search of all pairs finds, and a copy is known from a likeness."""

import numpy as np

from transfer.analysis.neighbours import find_neighbours, nearest_of_class

RNG = np.random.default_rng(0)
FEATURES = RNG.normal(size=(60, 16)).astype(np.float32)


def cosines(features: np.ndarray) -> np.ndarray:
    rows = features - features.mean(axis=0)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    found = rows @ rows.T
    np.fill_diagonal(found, -2)
    return found


def test_a_copy_is_found_on_both_sides_and_a_likeness_is_none():
    known = np.concatenate([FEATURES, FEATURES[:1] + 0.01])
    others = np.concatenate([FEATURES[5:6] - 0.01, RNG.normal(size=(3, 16)).astype(np.float32)])
    twins = find_neighbours(known, others, 0.9).twin
    assert twins[0] == 60 and twins[60] == 0 and twins[61] == 5
    assert (twins[[*range(1, 60), 62, 63, 64]] == -1).all()


def test_where_all_are_alike_none_is_a_copy():
    alike = FEATURES + np.where(np.arange(60) % 2, 30, -30)[:, None].astype(np.float32)
    assert (find_neighbours(alike, alike[:0], 0.9).twin == -1).all()


def test_what_is_far_from_all_has_the_longest_distance():
    known = np.abs(RNG.normal(size=(60, 16))).astype(np.float32) + np.eye(16, dtype=np.float32)[np.arange(60) % 3] * 20
    odd = np.zeros((1, 16), np.float32)
    odd[0, 9] = 60
    distance = find_neighbours(known, np.concatenate([known[:3] * 1.01, odd]), 0.9).distance
    assert len(distance) == 64 and distance.argmax() == 63 and distance[63] > 3 * np.median(distance)


def test_the_nearest_of_a_class_is_the_one_that_a_search_of_all_pairs_finds():
    candidates = np.arange(60) % 3 == 0
    rows = np.array([0, 1, 7, 30])
    found = nearest_of_class(FEATURES, rows, candidates)
    expected = np.where(candidates, cosines(FEATURES), -3)[rows].argmax(axis=1)
    assert (found == expected).all() and found[0] != 0
    assert (nearest_of_class(FEATURES, rows, np.zeros(60, bool)) == -1).all()
    assert nearest_of_class(FEATURES, np.array([4]), np.arange(60) == 4).tolist() == [-1]
