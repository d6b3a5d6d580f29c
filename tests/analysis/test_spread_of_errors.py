"""Whether errors fall evenly on the classes: right in level and direction."""

import numpy as np
import pytest
from scipy.stats import chi2_contingency, hypergeom

from tests.analysis.made import predictions
from transfer.analysis.spread_of_errors import spread_of_errors
from transfer.classes import Classes


def made(n, wrong):
    """Predictions of classes with n pictures each, of which so many are called the next class."""
    k, actual = len(n), np.repeat(np.arange(len(n)), n)
    wrongly = np.concatenate([np.arange(size) < errors for size, errors in zip(n, wrong, strict=True)])
    called = np.where(wrongly, (actual + 1) % k, actual)
    return predictions(actual, np.eye(k)[called], classes=Classes(tuple(f"{index:03d}" for index in range(k))))


def test_what_is_counted():
    found = spread_of_errors(made([10, 20, 0, 5], [1, 15, 0, 0]))
    assert found.n == (10, 20, 0, 5) and found.wrong == (1, 15, 0, 0) and found.hardest == 1 and found.p < 0.05


def test_p_is_about_that_of_the_chi_square_test_where_there_are_many_pictures():
    n, wrong = np.array([400, 300, 500, 600]), np.array([40, 38, 42, 80])
    expected = chi2_contingency([wrong, n - wrong]).pvalue
    assert 0.01 < expected < 0.2
    np.testing.assert_allclose(spread_of_errors(made(n, wrong)).p, expected, atol=0.01)


def test_of_two_classes_p_is_that_of_all_tables_as_unlikely():
    """The wrong pictures are drawn from all: as many of the first class as a hypergeometric distribution gives."""
    n, wrong = np.array([12, 20]), np.array([6, 2])
    chances = hypergeom.pmf(np.arange(9), 32, 12, 8)
    assert spread_of_errors(made(n, wrong)).p == pytest.approx(chances[chances <= chances[6] * (1 + 1e-9)].sum())


def test_even_errors_are_rarely_called_uneven():
    random = np.random.default_rng(0)
    n = np.array([3, 4, 8, 20, 4, 3])
    p = [spread_of_errors(made(n, random.binomial(n, 0.3))).p for _ in range(100)]
    assert np.mean(np.array(p) < 0.05) <= 0.1


def test_a_class_of_one_picture_is_not_the_hardest_for_that_alone():
    assert spread_of_errors(made([1, 50, 100], [1, 40, 10])).hardest == 1


@pytest.mark.parametrize("n", [[3, 5, 2], [3, 5], [4, 0, 0], [4, 0]])
def test_without_errors_or_with_one_class_nothing_is_shown(n):
    assert spread_of_errors(made(n, [0] * len(n))).p == 1
    assert spread_of_errors(made(n, [2] + [0] * (len(n) - 1))).p > 0.05
