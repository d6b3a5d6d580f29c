"""The three measures of transfer, on curves whose answers are known."""

import numpy as np
import pandas as pd
import pytest

from transfer.analysis.transfer_measures import mean_and_range, side_by_side, training_courses, transfer_measures

PICTURES, BATCHES = 100, {"head": 64, "finetuned": 32, "scratch": 16}


def history(accuracy: list[float], loss: list[float] | None = None) -> pd.DataFrame:
    columns = {"val_loss": loss or [1 - value for value in accuracy], "val_accuracy": accuracy}
    return pd.DataFrame({"epoch": range(len(accuracy)), **columns})


def measured(head: list[float], finetuned: list[float], scratch: pd.DataFrame) -> dict:
    histories = {"head": history(head), "finetuned": history(finetuned), "scratch": scratch}
    ends = {"accuracy": 0.9, "accuracy_low": 0.8, "accuracy_high": 0.95, "n": 50}
    return transfer_measures(training_courses(histories, PICTURES, BATCHES), dict.fromkeys(histories, ends))


def to_match(values: dict) -> list[int | None]:
    return [values[f"{name}_to_match"] for name in ("epochs", "pictures", "steps")]


def test_initial_and_final_performance():
    found = measured([0.5, 0.8], [0.8], history([0.5, 0.6]))
    assert found["head"]["initial_accuracy"] == 0.5 and found["head"]["first_epoch_accuracy"] == 0.8
    assert found["finetuned"]["initial_accuracy"] == 0.8 and found["finetuned"]["first_epoch_accuracy"] is None
    for model in BATCHES:
        assert [found[model][f"final_accuracy{end}"] for end in ("", "_low", "_high")] == [0.9, 0.8, 0.95]


def test_time_to_learn_counts_what_came_before():
    # The head matches 0.7 in its second epoch, with one pass for the features; its third epoch is kept.
    found = measured([0.5, 0.6, 0.7, 0.8], [0.65, 0.75], history([0.5, 0.6, 0.7]))
    assert found["target_accuracy"] == 0.7
    assert to_match(found["head"]) == [2, 100, 2 * 2]
    assert to_match(found["finetuned"]) == [1, 100 + 100, 3 * 2 + 4]
    assert to_match(found["scratch"]) == [2, 200, 2 * 7]


def test_what_is_there_from_the_start_took_no_epoch():
    found = measured([0.75, 0.8], [0.8, 0.9], history([0.5, 0.7]))
    assert to_match(found["head"]) == [0, 0, 0]
    assert to_match(found["finetuned"]) == [0, 100, 2]


def test_what_is_never_reached_is_null():
    found = measured([0.5, 0.6], [0.6, 0.65], history([0.5, 0.9]))
    assert to_match(found["head"]) == to_match(found["finetuned"]) == [None] * 3
    assert to_match(found["scratch"]) == [1, 100, 7]


def test_the_target_is_of_the_epoch_that_was_kept():
    found = measured([0.5, 0.75], [0.8], history([0.5, 0.7, 0.9], [0.7, 0.5, 0.6]))
    assert found["target_accuracy"] == 0.7
    assert to_match(found["head"]) == [1, 100, 2]


def test_without_a_baseline_there_is_nothing_to_measure_against():
    histories = {"head": history([0.5, 0.6]), "finetuned": history([0.6, 0.7])}
    assert transfer_measures(training_courses(histories, PICTURES, BATCHES), {}) == {}


def test_curves_side_by_side_end_where_each_ends():
    table = side_by_side({"head": history([0.5, 0.6, 0.7]), "scratch": history([0.5, 0.4])})
    assert list(table) == ["epoch", "head", "scratch"] and table["epoch"].tolist() == [0, 1, 2]
    np.testing.assert_array_equal(table["scratch"], [0.5, 0.4, np.nan])


def test_mean_and_range_over_draws():
    table = pd.DataFrame({"pictures_per_class": [9, 5, 5], "draw": [0, 0, 1], "accuracy": [0.9, 0.5, 0.7]})
    rows = mean_and_range(table, "accuracy").to_numpy()
    assert rows == pytest.approx(np.array([[5, 0.6, 0.5, 0.7], [9, 0.9, 0.9, 0.9]]))
