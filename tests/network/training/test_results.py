"""The figures of an epoch, by hand."""

import numpy as np
import pytest

from transfer.network.link import Sigmoid, Softmax
from transfer.network.training.results import figures


def test_figures_of_two_classes():
    loss, accuracy = figures(Sigmoid(), np.array([1, 0, 1, 1]), np.float32([[0.0], [-1.0], [-2.0], [3.0]]))
    p = 1 / (1 + np.exp(-np.array([0.0, 1.0, -2.0, 3.0])))
    assert loss == pytest.approx(-np.log(p).mean()) and accuracy == 0.75


def test_figures_of_three_classes():
    loss, accuracy = figures(Softmax(3), np.array([2, 0]), np.log([[0.2, 0.3, 0.5], [0.1, 0.8, 0.1]]))
    assert loss == pytest.approx(-(np.log(0.5) + np.log(0.1)) / 2) and accuracy == 0.5
