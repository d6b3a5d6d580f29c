"""What a model needs to know when not to answer, kept in its folder: which probabilities and distances are usual."""

import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np

from transfer.errors import InputError
from transfer.network.link import link_for

FILE = "unsure.npz"
REFERENCES = 500  # train pictures, at most: enough to find a near one, and few enough for a small file
BLOCK = 1024  # rows at a time
SHORTEST = 1e-6  # features of nothing but zeros have no direction


class Distance(keras.layers.Layer):
    """How far features are from the nearest of some references: 1 less the cosine, float32 (b, 1).

    0 is the same direction, 1 a right angle. Features of pictures of another kind point elsewhere (Y. Sun et al., 2022,
    "Out-of-distribution detection with deep nearest neighbors").

    references: (m, width), of any length but 0
    """

    def __init__(self, references: np.ndarray):
        super().__init__(dtype="float32", autocast=False)
        self.directions = _unit(references.astype(np.float32)).T

    def call(self, features: keras.KerasTensor) -> keras.KerasTensor:
        direction = keras.ops.normalize(features, axis=-1, epsilon=SHORTEST)
        return 1 - keras.ops.max(direction @ self.directions, axis=-1, keepdims=True)


def _unit(rows: np.ndarray) -> np.ndarray:
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), SHORTEST)


@dataclass(frozen=True, eq=False)
class Usual:
    """What is usual for a model, by pictures that had no part in training.

    probabilities: of the actual class of each validation picture, float32 (n,) in rising order
    distances: of each validation picture from the nearest reference, float32 (n,) in rising order
    references: directions of the features of train pictures, int8 (m, width), m at most REFERENCES; in steps of 1/127
        of the largest of a row: a quarter of the bytes of float32, and distances move by 0.002 at most
    """

    probabilities: np.ndarray
    distances: np.ndarray
    references: np.ndarray

    @classmethod
    def of(cls, train: np.ndarray, validation: Iterable[tuple[np.ndarray, np.ndarray]], targets: np.ndarray) -> "Usual":
        """Compute it from what a model makes of pictures.

        train: features of the references, float32 (m, width)
        validation: features, float32 (b, width), and probabilities of the classes, float32 (b, K), block by block
        targets: int (n,), the classes of the validation pictures
        """
        largest = np.maximum(np.abs(train).max(axis=1, keepdims=True), SHORTEST)
        references = np.round(train * (127 / largest)).astype(np.int8)
        distance, found = Distance(references), []
        for features, probabilities in validation:
            found.append((keras.ops.convert_to_numpy(distance(features))[:, 0], probabilities))
        distances, probabilities = (np.concatenate(column) for column in zip(*found, strict=True))
        return cls(np.sort(probabilities[np.arange(len(targets)), targets]), np.sort(distances), references)

    def write(self, folder: Path) -> None:
        """Write FILE into a model's folder."""
        np.savez(folder / FILE, **vars(self))

    @classmethod
    def read(cls, folder: Path) -> "Usual | None":
        """Read what `write` wrote; None: the folder has none. Raises InputError if it is broken."""
        if not (folder / FILE).is_file():
            return None
        try:
            with np.load(folder / FILE) as arrays:
                return cls(**arrays)
        except (OSError, ValueError, TypeError, EOFError, zipfile.BadZipFile):
            raise InputError(f"{folder / FILE} cannot be read; `dvc repro` or `dvc pull` makes it.") from None


def references_among(n: int) -> np.ndarray:
    """Which of n train pictures are the references, int (m,): evenly spread, so that each class has its share."""
    return np.unique(np.linspace(0, n - 1, min(n, REFERENCES)).round().astype(int))


def usual_of_head(
    train: np.ndarray, validation: np.ndarray, targets: np.ndarray, kernel: np.ndarray, bias: np.ndarray
) -> Usual:
    """What is usual for a head, from features that are at hand.

    train, validation: float32 (n, width), arrays or `ArrayRows`: few rows are in memory at a time
    targets: int (n,), of validation
    kernel, bias: of the head, see `head.TrainedHead`
    """
    link = link_for(len(bias))

    def blocks() -> Iterator[tuple[np.ndarray, np.ndarray]]:
        for start in range(0, len(validation), BLOCK):
            features = validation[start : start + BLOCK]
            yield features, link.probabilities(link.activate(features @ kernel + bias))

    return Usual.of(train[references_among(len(train))], blocks(), targets)
