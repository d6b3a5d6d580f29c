"""Work on all cores keeps the order and takes no more than it needs ahead."""

import operator
from functools import partial

import pytest

from stages.dataset.workers import in_order


def test_results_come_in_order_and_items_are_taken_as_needed():
    taken = []

    def items():
        for number in range(200):
            taken.append(number)
            yield number

    results = in_order(partial(operator.mul, 3), items())
    assert next(results) == 0
    assert len(taken) < 200
    assert list(results) == [3 * number for number in range(1, 200)]


def test_no_items_and_a_failing_worker():
    assert list(in_order(abs, [])) == []
    with pytest.raises(ZeroDivisionError):
        list(in_order(partial(operator.truediv, 1), [1, 0, 2]))
