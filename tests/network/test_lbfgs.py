"""L-BFGS: SciPy's minimum, for several functions that do not touch one another."""

import numpy as np
from scipy.optimize import minimize

from transfer.network.lbfgs import minimise


def rosenbrock_like(seed: int):
    """A convex function with very different curvatures: its values, and its gradient."""
    draws = np.random.default_rng(seed)
    matrix = draws.normal(size=(40, 12)) * 10 ** draws.uniform(-1, 1, 12)
    signs = draws.choice([-1, 1], 40)

    def function(x):
        z = signs * (matrix @ x)
        return np.logaddexp(0, -z).mean() + 0.005 * x @ x, -(matrix.T @ (signs / (1 + np.exp(z)))) / 40 + 0.01 * x

    return function


FUNCTIONS = [rosenbrock_like(seed) for seed in range(3)]


def several(values, which):
    found = [FUNCTIONS[number](one) for one, number in zip(values, which, strict=True)]
    return np.array([value for value, _ in found]), np.array([gradient for _, gradient in found])


def test_each_ends_in_its_own_minimum():
    *_, (found, done) = minimise(several, np.zeros((3, 12)), 500)
    assert done.all()
    for one, function in zip(found, FUNCTIONS, strict=True):
        best = minimize(function, np.zeros(12), jac=True, method="BFGS", options={"gtol": 1e-8})
        np.testing.assert_allclose(one, best.x, atol=1e-3)


def test_they_do_not_touch_one_another():
    together = [values for values, _ in minimise(several, np.zeros((3, 12)), 20)]
    for number in range(3):
        alone = minimise(lambda values, which, number=number: several(values, [number]), np.zeros((1, 12)), 20)
        for step, (values, _) in enumerate(alone):
            np.testing.assert_allclose(values[0], together[min(step, len(together) - 1)][number], atol=1e-9)


def test_values_never_rise_and_steps_are_counted():
    values = [several(arguments, range(3))[0] for arguments, _ in minimise(several, np.zeros((3, 12)), 7)]
    assert len(values) == 8
    assert (np.diff(values, axis=0) <= 0).all()
