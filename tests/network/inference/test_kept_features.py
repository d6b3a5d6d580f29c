"""Features found again: only those of the same network, precision, devices and pictures."""

import json

import numpy as np

from tests.network import small
from transfer.network.inference.kept_features import ABOUT, feature_key, find_kept

PICTURES = [b"one", b"two"]


def test_whatever_the_bytes_hang_on_changes_the_key():
    backbone = small.network()
    given = (backbone, "float32", ["GPU"], PICTURES)
    key = feature_key(*given)
    assert key == feature_key(*given) and len(key) == 64
    others = [
        (backbone, "mixed_float16", ["GPU"], PICTURES),
        (backbone, "float32", [], PICTURES),
        (backbone, "float32", ["GPU"], PICTURES[::-1]),
        (backbone, "float32", ["GPU"], [b"onetwo"]),
    ]
    kernel = backbone.weights[0]
    kernel.assign(kernel + 1)
    keys = {feature_key(*other) for other in others} | {feature_key(*given)}
    assert len(keys) == 5 and key not in keys


def test_the_folder_with_the_key_is_found(tmp_path):
    for name, key in (("a", "1"), ("b", "2")):
        (tmp_path / name).mkdir()
        (tmp_path / name / ABOUT).write_text(json.dumps({"keys": {"train": key}}))
        np.save(tmp_path / name / "train.npy", np.zeros(1))
    (tmp_path / "left-out").mkdir()
    (tmp_path / "left-out" / ABOUT).write_text(json.dumps({"unavailable": "offline"}))
    assert find_kept(tmp_path, "train", lambda: "2") == tmp_path / "b/train.npy"
    assert find_kept(tmp_path, "train", lambda: "3") is None


def test_nothing_is_computed_where_nothing_is_kept(tmp_path):
    assert find_kept(tmp_path / "missing", "train", lambda: 1 / 0) is None
