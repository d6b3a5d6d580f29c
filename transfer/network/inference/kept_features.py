"""Features that an earlier stage extracted, found again by what they were made of."""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import keras

from transfer.network.backbones import weights_sha256

ABOUT = "about.json"  # beside the features; its "keys" has the key of each split


def feature_key(backbone: keras.Model, precision: str, devices: Iterable[str], jpegs: Iterable[bytes]) -> str:
    """A sha256, hexadecimal, over all that the bytes of features hang on.

    backbone: the network, with its weights
    precision: as from `precision.resolve_precision`
    devices: names of what computes, as from `runtime.accelerators`
    jpegs: the streams of the pictures, in order
    """
    computed_by = (backbone.name, weights_sha256(backbone), precision, *devices, keras.__version__)
    key = hashlib.sha256("\n".join(computed_by).encode())
    for jpeg in jpegs:
        key.update(hashlib.sha256(jpeg).digest())
    return key.hexdigest()


def find_kept(sets: Mapping[str, Mapping[str, Path]], split: str, key: Callable[[], str]) -> tuple[str, Path] | None:
    """The name of the set of features that have this key, and the file with those of a split; None if there is none.

    sets: by name, where the files of each set are: SPLIT.npy and ABOUT
    key: gives what `feature_key` gives; called only if there is something to compare it with
    """
    kept = {}
    for name, files in sets.items():
        if {ABOUT, f"{split}.npy"} <= {*files}:
            kept[json.loads(files[ABOUT].read_text())["keys"][split]] = name, files[f"{split}.npy"]
    return kept.get(key()) if kept else None
