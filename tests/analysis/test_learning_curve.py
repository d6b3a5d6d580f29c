"""Learning curves: by hand, and written without loss."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tests.analysis.made import curve
from transfer.analysis.learning_curve import LearningCurve, side_by_side


def test_by_hand():
    got = LearningCurve.of([(0.7, 0.5, 0.6, 0.4), (0.3, 0.9, 0.5, 0.8)])
    assert got.epoch.tolist() == [0, 1] and got.last == 1
    assert got.loss.tolist() == [0.7, 0.3] and got.accuracy.tolist() == [0.5, 0.9]
    assert got.val_loss.tolist() == [0.6, 0.5] and got.val_accuracy.tolist() == [0.4, 0.8]


@given(st.lists(st.floats(0, 20), min_size=1, max_size=9))
def test_a_curve_survives_to_the_bit(tmp_path_factory, values):
    path = tmp_path_factory.mktemp("curve") / "history.csv"
    written = curve(values)
    written.write(path)
    assert path.read_text().splitlines()[0] == "epoch,loss,accuracy,val_loss,val_accuracy"
    read = LearningCurve.read(path)
    for name, column in vars(written).items():
        assert getattr(read, name).astype(float).tobytes() == column.astype(float).tobytes()


def test_curves_side_by_side_end_where_each_ends():
    table = side_by_side({"head": curve([0.5, 0.4, 0.3]), "scratch": curve([0.5, 0.6])})
    assert list(table) == ["epoch", "head", "scratch"] and table["epoch"].tolist() == [0, 1, 2]
    np.testing.assert_array_equal(table["scratch"], [0.5, 0.4, np.nan])
