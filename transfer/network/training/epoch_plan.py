"""Which pictures an epoch takes in which order, how each is cropped, and how much it counts."""

from dataclasses import dataclass

import numpy as np

from transfer.network.inference.batches import fill_last_batch
from transfer.network.training.augment import draw_boxes
from transfer.network.training.recipe import LabelledPictures, Recipe


@dataclass(frozen=True)
class EpochPlan:
    """An epoch's pictures, in full batches: n is a multiple of the batch size.

    positions: int (n,), which picture of the split; the last batch is filled up with the first pictures
    targets: int32 (n,), indices of classes
    weights: float32 (n,), how much each picture's loss counts; in each batch 1 in all, times `picture_weights`; 0 for
        pictures that only fill up
    boxes: float32 (n, 4), see `augment.draw_boxes`
    """

    positions: np.ndarray
    targets: np.ndarray
    weights: np.ndarray
    boxes: np.ndarray

    @property
    def mirrored(self) -> np.ndarray:
        """Whether each picture is mirrored, bool (n,): its box runs from right to left."""
        _, left, _, right = self.boxes.T
        return left > right


def plan_epoch(pictures: LabelledPictures, picture_weights: np.ndarray, recipe: Recipe, epoch: int) -> EpochPlan:
    """Draw an epoch. Epoch 0 is the same as epoch 1.

    picture_weights: float32 (n,), 1 on average, see `losses.sample_weights`
    """
    epoch = max(epoch, 1)
    count = len(pictures.rows)
    order = np.random.default_rng([recipe.seed, epoch]).permutation(count)
    positions = fill_last_batch(order, recipe.batch_size)
    counts = (np.arange(len(positions)) < count).reshape(-1, recipe.batch_size)
    in_batch = (counts / counts.sum(axis=1, keepdims=True)).astype(np.float32).ravel()
    return EpochPlan(
        positions=positions,
        targets=pictures.targets.astype(np.int32)[positions],
        weights=in_batch * picture_weights[positions],
        boxes=draw_boxes(recipe.seed, epoch, pictures.keys, recipe.min_area)[positions],
    )
