"""Stored predictions: what every metric, curve and comparison is computed from."""

from pathlib import Path

import numpy as np
import pandas as pd

from transfer.errors import InputError

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
    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    # Not by read_csv, which rounds the last bit wrongly in some versions.
    return table.assign(probability=table["probability"].astype(float).astype(np.float32))


def implied_threshold(table: pd.DataFrame, positive: str) -> float:
    """A threshold that calls positive what the table's `predicted` calls so; above 1 where that is nothing."""
    called = table.loc[table["predicted"] == positive, "probability"]
    return float(called.min()) if len(called) else 2.0


def align(tables: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """The predictions of several models, each in the first one's order of pictures.

    Raises InputError, naming the difference, unless all are of the same pictures, with the same actual classes.
    """
    (first, one), *_ = tables.items()
    result = {}
    for name, table in tables.items():
        pairs = ((one, table, first), (table, one, name))
        alone = {where: here[~here["id"].isin(there["id"])] for here, there, where in pairs}
        if any(map(len, alone.values())):
            only = "; ".join(f"{len(rows)} only in {where}{_such_as(rows)}" for where, rows in alone.items())
            raise InputError(
                f"{first} and {name} were tested on different pictures: {only}; "
                "compare models tested on the same split of the same data."
            )
        result[name] = table.set_index("id").loc[one["id"]].reset_index()
        relabelled = one[(result[name]["actual"] != one["actual"].to_numpy()).to_numpy()]
        if len(relabelled):
            raise InputError(
                f"{first} and {name} were tested on different labels: {len(relabelled)} pictures changed class"
                f"{_such_as(relabelled)}; compare models that were tested on the same data."
            )
    return result


def _such_as(rows: pd.DataFrame, most: int = 3) -> str:
    named = [f"{file} (id {id_})" for id_, file in zip(rows["id"].head(most), rows["file"].head(most), strict=True)]
    return f", such as {', '.join(named)}" if named else ""
