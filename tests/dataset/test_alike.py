"""What a network sees as nearly one across splits is named, and what is merely of one kind is not."""

import csv

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from transfer.dataset import centred
from transfer.dataset.alike import LEAST_COSINE, NOT_MEASURED, Pair, alike_across, least_cosine, write_alike
from transfer.dataset.drawn import draw
from transfer.dataset.pictures import encode

WIDTH = 32


def splits(seed=0, sizes=(60, 20, 25)):
    rng = np.random.default_rng(seed)
    return {
        split: rng.normal(5, 1, (size, WIDTH)).astype(np.float32)
        for split, size in zip(("train", "validation", "test"), sizes, strict=True)
    }


def near(row, seed=1):
    return row + np.random.default_rng(seed).normal(0, 0.1, row.shape).astype(np.float32)


def test_copies_are_found_in_each_pair_of_splits_and_nothing_else():
    features = splits()
    features["validation"][3] = near(features["train"][50])
    features["test"][4] = features["train"][7]
    features["test"][9] = near(features["validation"][11])
    found = alike_across(features, 0.8)
    assert [(pair.split, pair.row, pair.other_split, pair.other_row) for pair in found[:1]] == [("train", 7, "test", 4)]
    assert {(pair.split, pair.row, pair.other_split, pair.other_row) for pair in found[1:]} == {
        ("train", 50, "validation", 3),
        ("validation", 11, "test", 9),
    }
    assert found[0].cosine == pytest.approx(1, abs=1e-5)
    assert [pair.cosine for pair in found] == sorted((pair.cosine for pair in found), reverse=True)


def test_the_mean_of_train_is_taken_away():
    features = splits()
    features = {split: rows + 1000 for split, rows in features.items()}  # without that, all cosines are 1
    assert alike_across(features, 0.8) == []


def test_where_all_are_alike_nearness_says_nothing():
    rng = np.random.default_rng(0)
    kinds = rng.normal(0, 10, (3, WIDTH))
    features = {
        split: (kinds[rng.integers(0, 3, size)] + rng.normal(0, 1, (size, WIDTH))).astype(np.float32)
        for split, size in (("train", 200), ("test", 60))
    }
    assert alike_across(features, 0.8) == []
    features["test"][0] = features["train"][0]
    assert [(pair.row, pair.other_row) for pair in alike_across(features, 0.8)] == [(0, 0)]


@given(st.integers(1, 40), st.integers(0, 99))
def test_blocks_do_not_matter(block, seed):
    features = splits(seed)
    features["test"][::5] = near(features["train"][:5], seed)
    expected = alike_across(features, 0.8)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(centred, "BLOCK", block)
        found = alike_across(features, 0.8)
    assert {(pair.split, pair.row, pair.other_split, pair.other_row) for pair in found} == {
        (pair.split, pair.row, pair.other_split, pair.other_row) for pair in expected
    }
    assert len(expected) >= 5


@pytest.mark.parametrize("sizes", [(1, 0, 1), (0, 0, 0), (3, 1, 0)])
def test_tiny_splits_are_compared_too(sizes):
    alike_across(splits(sizes=sizes), 0.8)


def test_pairs_are_written_side_by_side(tmp_path):
    jpegs = {
        "train": [encode(draw("cats", 0, 0).resize((64, 64)))],
        "test": [encode(Image.new("RGB", (64, 64), "red"))],
    }
    files = {"train": ["train/cats/a, b.jpg"], "test": ["test/cats/c.jpg"]}
    write_alike(tmp_path, [Pair("train", 0, "test", 0, 0.91234)], files, lambda split, row: jpegs[split][row])
    rows = list(csv.reader((tmp_path / "alike.csv").open(encoding="utf-8")))
    assert rows == [
        ["split", "file", "other_split", "other_file", "cosine"],
        ["train", "train/cats/a, b.jpg", "test", "test/cats/c.jpg", "0.912"],
    ]
    sheet = np.asarray(Image.open(tmp_path / "sheet_alike.png"))
    assert sheet[40, 96 + 48].tolist() == pytest.approx([254, 0, 0], abs=3)


def test_nothing_found_leaves_a_table_and_a_sheet_without_rows(tmp_path):
    write_alike(tmp_path, [], {}, lambda *_: b"")
    assert (tmp_path / "alike.csv").read_text() == "split,file,other_split,other_file,cosine\n"
    assert (tmp_path / "sheet_alike.png").is_file()


def test_thresholds_are_those_measured_and_stricter_where_none_was():
    assert {name: least_cosine(name) for name in LEAST_COSINE} == LEAST_COSINE
    assert least_cosine("resnet50") == least_cosine(list(LEAST_COSINE)) == NOT_MEASURED > max(LEAST_COSINE.values())
