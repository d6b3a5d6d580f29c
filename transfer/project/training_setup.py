"""What a training needs, made from params: its recipe, its checkpoint, its head."""

from pathlib import Path
from typing import Any

import numpy as np

from transfer.classes import Classes
from transfer.network.head import TrainedHead, train_head
from transfer.network.link import link_of
from transfer.network.training.checkpoint import Checkpoint, training_identity
from transfer.network.training.recipe import Recipe
from transfer.project.cluster import cluster_rank
from transfer.project.schema import Finetune, Head

FOLDS, FEW = 5, 2_000  # of cross-validation; pictures below which one split chooses badly
AVERAGING_WEIGHTS = (0.25, 0.5, 0.75)  # of the best epoch, in its average with the head's model


def finetune_recipe(settings: Finetune, **others: Any) -> Recipe:
    """The recipe for fine-tuning.

    settings: the section `finetune` of params
    others: fields of the recipe that other sections of params set
    """
    return Recipe(
        epochs=settings.epochs,
        learning_rate=settings.learning_rate,
        warmup_epochs=settings.warmup_epochs,
        weight_decay=settings.weight_decay,
        batch_size=settings.batch_size,
        min_area=settings.crop,
        layer_decay=settings.layer_decay,
        optimizer=settings.optimizer,
        **{"averaging_weights": AVERAGING_WEIGHTS} | others,
    )


def training_checkpoint(model: str, depends_on: Any, start: str) -> Checkpoint:
    """The checkpoint of a training on the prepared pictures.

    model: what the training makes, "finetuned" or "scratch"
    depends_on: the params that the training depends on
    start: path of the model that it starts from
    """
    inputs = [Path("data/prepared/manifest.csv"), Path(start)]
    identity = training_identity(depends_on, inputs)
    return Checkpoint(Path(f"models/.{model}.checkpoint"), identity, writes=not cluster_rank())


def head_from_features(
    settings: Head, features: dict[str, np.ndarray], targets: dict[str, np.ndarray], classes: Classes, **others: Any
) -> TrainedHead:
    """Train a head.

    settings: the section `head` of params
    features: float32 (n, width), for each of the splits train and validation
    targets: int (n,), indices of classes, for each of these splits
    others: further arguments of `train_head`
    """
    return train_head(
        features["train"],
        targets["train"],
        features["validation"],
        targets["validation"],
        link_of(classes),
        l2=sorted(settings.l2),
        epochs=settings.epochs,
        folds=cross_validation_folds(settings, len(targets["train"]) + len(targets["validation"])),
        **others,
    )


def cross_validation_folds(settings: Head, pictures: int) -> int:
    """How many folds choose the head's L2 strength; 0: the validation split does.

    settings: the section `head` of params
    pictures: to train and to validate on
    """
    if settings.folds != "auto":
        return settings.folds
    return FOLDS if pictures < FEW else 0
