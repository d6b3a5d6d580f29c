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
    """The weights that a training left, chosen by the validation log-loss (see `Recipe.class_weights`).

    epoch: the epoch they come from; 0 is before any update
    averaging_weight: (0, 1], how much `epoch` counts in the average with epoch 0; 1 means that nothing was averaged
    loss: their validation log-loss, nats
    tried: the loss of each averaging weight of the best epoch that was tried, in rising order; 0 is epoch 0 alone
    """

    epoch: int
    averaging_weight: float
    loss: float
    tried: dict[float, float]

    def __str__(self) -> str:
        average = "" if self.averaging_weight == 1 else f", averaged with epoch 0 (weight {self.averaging_weight:g})"
        return f"epoch {self.epoch}{average}, loss {self.loss:.4f}"

    def as_record(self) -> dict[str, Any]:
        """All fields, `tried` as one dictionary for each weight: averaging_weight, loss."""
        tried = tuple({"averaging_weight": weight, "loss": loss} for weight, loss in self.tried.items())
        return vars(self) | {"tried": tried}
