"""Features found again: only those of the same network, precision, devices and pictures."""

import json

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


def test_the_set_with_the_key_is_found(tmp_path):
    sets = {"left out": {ABOUT: tmp_path / "left-out"}, "lost": {"train.npy": tmp_path / "features"}}
    sets["left out"][ABOUT].write_text(json.dumps({"unavailable": "offline"}))
    for name, key in (("a", "1"), ("b", "2")):
        sets[name] = {ABOUT: tmp_path / f"about {name}", "train.npy": tmp_path / f"features {name}"}
        sets[name][ABOUT].write_text(json.dumps({"keys": {"train": key}}))
    assert find_kept(sets, "train", lambda: "2") == ("b", tmp_path / "features b")
    assert find_kept(sets, "train", lambda: "3") is None


def test_nothing_is_computed_where_nothing_is_kept():
    assert find_kept({}, "train", lambda: 1 / 0) is None
