"""Summaries of trainings on parts of the train split."""

import numpy as np
import pandas as pd
import pytest

from transfer.analysis.sample_efficiency import mean_and_range, read_table


def test_mean_and_range_over_draws():
    table = pd.DataFrame({"pictures_per_class": [9, 5, 5], "draw": [0, 0, 1], "accuracy": [0.9, 0.5, 0.7]})
    rows = mean_and_range(table, "accuracy").to_numpy()
    assert rows == pytest.approx(np.array([[5, 0.6, 0.5, 0.7], [9, 0.9, 0.9, 0.9]]))


def test_a_table_is_read_to_the_bit(tmp_path):
    values = np.random.default_rng(0).random(500)
    table = pd.DataFrame({"pictures_per_class": 5, "draw": range(500), "accuracy": values, "log_loss": 3 * values})
    table.to_csv(path := tmp_path / "head.csv", index=False)
    assert read_table(path).equals(table)
