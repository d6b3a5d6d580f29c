"""Which pictures tell most about two models: their disagreements, and their most confident errors."""

import numpy as np
import pandas as pd

MOST_DISAGREEMENTS, MOST_ERRORS = 12, 8


def disagreements(first: pd.DataFrame, second: pd.DataFrame) -> pd.DataFrame:
    """Rows of `first` where the two call the picture differently, the widest apart in probability first.

    first, second: predictions of the same pictures in the same order
    """
    apart = np.abs(first["probability"].to_numpy(float) - second["probability"].to_numpy(float))
    differ = first["predicted"].to_numpy() != second["predicted"].to_numpy()
    return _ordered(first[differ], -apart[differ])


def confident_errors(table: pd.DataFrame, positive: str) -> pd.DataFrame:
    """Rows that are wrong, the least probability of the actual class first."""
    wrong = table[table["predicted"] != table["actual"]]
    p = wrong["probability"].to_numpy(float)
    return _ordered(wrong, np.where(wrong["actual"] == positive, p, 1 - p))


def worth_showing(tables: dict[str, pd.DataFrame], positive: str) -> list[str]:
    """The ids, sorted, of the pictures that a report shows; the first two models are the pair compared."""
    first, second = list(tables.values())[:2]
    chosen = [disagreements(first, second).head(MOST_DISAGREEMENTS)]
    chosen += [confident_errors(table, positive).head(MOST_ERRORS) for table in tables.values()]
    return sorted(set(pd.concat(chosen)["id"]))


def _ordered(rows: pd.DataFrame, keys: np.ndarray) -> pd.DataFrame:
    """Rows by rising key, equal keys by id, so that the order depends on nothing else."""
    return rows.iloc[np.lexsort([rows["id"].to_numpy(str), keys])]
