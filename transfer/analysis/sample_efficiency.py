"""How test results depend on the number of training pictures.

A table has the columns pictures_per_class, draw, accuracy and log_loss, one row for each training.
"""

from pathlib import Path

import pandas as pd


def read_table(path: Path) -> pd.DataFrame:
    """Read a table, to the bit."""
    return pd.read_csv(path, engine="python")  # the faster engine rounds the last bit wrongly


def mean_and_range(table: pd.DataFrame, measure: str) -> pd.DataFrame:
    """Mean and range over the draws of each size: columns pictures_per_class (rising), mean, low, high.

    measure: one of the table's columns
    """
    groups = table.groupby("pictures_per_class")[measure]
    return groups.agg(mean="mean", low="min", high="max").reset_index()
