"""What a training is given, and what it tells."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from transfer.dataset.store import PictureStore


@dataclass(frozen=True)
class LabelledPictures:
    """A split of a store: `rows` int (n,) of the store, `targets` {0, 1} (n,), `keys` uint64 (n,), one a picture."""

    read: Callable[[int], bytes]
    rows: np.ndarray
    targets: np.ndarray
    keys: np.ndarray

    @classmethod
    def of_split(cls, store: PictureStore, split: str) -> "LabelledPictures":
        """The pictures of a store's "train", "validation" or "test"; each picture's key is its id."""
        rows = np.flatnonzero(store.manifest["split"] == split)
        chosen = store.manifest.iloc[rows]
        keys = np.array([int(name, 16) for name in chosen["id"]], np.uint64)
        return cls(store.jpeg, rows, chosen["target"].to_numpy(), keys)


@dataclass(frozen=True)
class Recipe:
    """How to fine-tune.

    learning_rate: the peak, reached after `warmup_epochs` (may be a fraction), then falling to zero along a cosine
    weight_decay: AdamW's, decoupled (Loshchilov & Hutter, 2019); biases are left out of it
    batch_size: pictures an update, whatever the number of devices that share them
    min_area: smallest share of a picture that augmentation keeps, see `augment.draw_boxes`
    layer_decay: factor of the learning rate from one block to the one below it, in (0, 1] (Howard & Ruder, 2018)
    class_weights: see `head.weights_of`; in the choice of the best epoch too
    optimizer: what else Keras' Adam takes
    averaging_weights: in (0, 1): weights of the best epoch in averages with the start that are tried too, see `fit`
    precision: "float32", "mixed_float16" or "mixed_bfloat16"
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


@dataclass(frozen=True)
class EpochLogits:
    """What one epoch gave: targets (n,) and logits (n,) as the training steps saw them, and validation's logits."""

    targets: np.ndarray
    logits: np.ndarray
    validation_logits: np.ndarray


@dataclass(frozen=True)
class SelectedWeights:
    """Which weights a training left: `share`, 0 to 1, of the way from those it started with to those of `epoch`.

    tried: the validation log-loss of each share that was tried
    """

    epoch: int
    share: float
    tried: dict[float, float]
