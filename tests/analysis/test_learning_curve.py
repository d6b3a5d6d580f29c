"""Learning curves: by hand, and written without loss."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tests.analysis.made import curve
from transfer.analysis.learning_curve import LearningCurve, learning_curve, side_by_side


class Epoch:
    targets, logits, validation_logits = [1, 0], np.array([0.0, -2.0]), np.array([-1.0])


def test_by_hand():
    got = learning_curve([Epoch, Epoch], [1])
    assert got.epoch.tolist() == [0, 1] and got.last == 1
    assert got.accuracy.tolist() == [1, 1] and got.val_accuracy.tolist() == [0, 0]
    np.testing.assert_allclose(got.loss, (np.log(2) + np.log1p(np.exp(-2))) / 2)
    np.testing.assert_allclose(got.val_loss, np.log1p(np.exp(1)))


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
