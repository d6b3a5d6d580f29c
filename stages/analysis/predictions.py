"""Stored predictions: what every metric, curve and comparison is computed from."""

from pathlib import Path

import numpy as np
import pandas as pd

COLUMNS = ["id", "file", "actual", "predicted", "probability"]


def tabulate(
    ids: list[str],
    files: list[str],
    actual: np.ndarray,
    probability: np.ndarray,
    classes: tuple[str, str],
    threshold: float,
) -> pd.DataFrame:
    """One row a picture: id, file, actual, predicted (class names), probability (float32, of `classes[1]`).

    actual: {0, 1} (n,); probability: in [0, 1] (n,); classes: names of 0 and 1.
    """
    names = np.array(classes)
    probability = np.asarray(probability, np.float32)
    predicted = names[(probability.astype(float) >= threshold).astype(int)]
    columns = [ids, files, names[np.asarray(actual, int)], predicted, probability]
    return pd.DataFrame(dict(zip(COLUMNS, columns, strict=True)))


def write(table: pd.DataFrame, path: Path) -> None:
    """Write as CSV; each probability as the shortest decimal that reads back as the same float32."""
    table.to_csv(path, index=False, lineterminator="\n")


def read(path: Path) -> pd.DataFrame:
    """Read what `write` wrote, to the bit."""
    text = dict.fromkeys(COLUMNS[:-1], str)
    return pd.read_csv(
        path, dtype={**text, "probability": np.float32}, float_precision="round_trip", keep_default_na=False
    )
