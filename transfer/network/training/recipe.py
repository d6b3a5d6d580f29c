"""What a training is given: labelled pictures, and a recipe."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from transfer.dataset.store import PictureStore


@dataclass(frozen=True)
class LabelledPictures:
    """Pictures, for instance one split of a store, with their classes.

    read: gives the JPEG stream of one row of the store
    rows: int (n,), where the pictures lie in the store
    targets: int (n,), indices of classes
    keys: uint64 (n,), one a picture; its augmentation depends on it
    """

    read: Callable[[int], bytes]
    rows: np.ndarray
    targets: np.ndarray
    keys: np.ndarray

    @classmethod
    def of_split(cls, store: PictureStore, split: str) -> "LabelledPictures":
        """The pictures of one split; each picture's key is its id.

        split: "train", "validation" or "test"
        """
        rows = np.flatnonzero(store.manifest["split"] == split)
        chosen = store.manifest.iloc[rows]
        keys = np.array([int(name, 16) for name in chosen["id"]], np.uint64)
        return cls(store.jpeg, rows, chosen["target"].to_numpy(), keys)

    def take(self, places: np.ndarray) -> "LabelledPictures":
        """Some of them. places: int (m,) among these pictures, not rows of the store"""
        return LabelledPictures(self.read, self.rows[places], self.targets[places], self.keys[places])


@dataclass(frozen=True)
class Recipe:
    """How to train.

    epochs: passes over the train pictures; 0 trains nothing
    learning_rate: its peak, reached after `warmup_epochs`; from there it falls to zero along a cosine
    warmup_epochs: may be a fraction
    weight_decay: AdamW's, decoupled (Loshchilov & Hutter, 2019); biases do not decay
    batch_size: pictures per update, however many devices share them
    min_area: smallest share of a picture's area that a crop leaves, in (0, 1]; see `augment.draw_boxes`
    seed: of the order of the pictures, and of their augmentation
    layer_decay: factor of the learning rate from one block to the one below it, in (0, 1] (Howard & Ruder, 2018)
    class_weights: "none" or "balanced", see `losses.sample_weights`; also in the choice of the best epoch
    optimizer: further arguments of Keras' Adam
    averaging_weights: in (0, 1), weights of the best epoch in its averages with epoch 0, see `loop.fit`
    jit_compile: compile with XLA
    precision: "float32", "mixed_float16" or "mixed_bfloat16"
    section: of params, to be named in errors
    """

    epochs: int
    learning_rate: float
    warmup_epochs: float
    weight_decay: float
    batch_size: int
    min_area: float
    seed: int
    layer_decay: float = 1.0
    class_weights: str = "none"
    optimizer: dict[str, Any] = field(default_factory=dict)
    averaging_weights: tuple[float, ...] = ()
    jit_compile: bool = False
    precision: str = "float32"
    section: str = "finetune"
