"""Whether probabilities are too extreme, and whether they lean to one class: two faults, and two tests.

Both fit log-odds a + b * logit(p) to what happened (D. R. Cox, 1958). Calibrated probabilities have a = 0 and b = 1.
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.special import logit
from scipy.stats import chi2

from transfer.analysis.calibration import SMALLEST

STEEPEST = 50.0  # slope that is tried: where no picture is called wrongly, the likelihood rises for ever


@dataclass(frozen=True)
class Recalibration:
    """What would have to be done to a model's log-odds, and whether that is more than chance.

    slope: b, with a as it fits best; below 1 where probabilities are too extreme, at most STEEPEST
    slope_p: of the likelihood-ratio test that b = 1
    lean: mean probability less the share that came true, in [-1, 1]
    lean_p: of the likelihood-ratio test that a = 0, while b = 1
    """

    slope: float
    slope_p: float
    lean: float
    lean_p: float


def recalibrate(actual: np.ndarray, probability: np.ndarray) -> Recalibration:
    """Fit and test both.

    actual: {0, 1} (n,), whether what is predicted came true
    probability: that it would, in [0, 1] (n,)
    """
    actual = np.asarray(actual, float)
    clipped = np.clip(np.asarray(probability, float), SMALLEST, 1 - SMALLEST)
    log_odds = logit(clipped)
    as_it_is = _loss(np.array([0.0, 1.0]), actual, log_odds)[0]
    shifted = _fit(actual, log_odds, (1.0, 1.0))
    both = _fit(actual, log_odds, (1 / STEEPEST, STEEPEST), start=shifted.x)
    return Recalibration(
        slope=float(both.x[1]),
        slope_p=_p(shifted.fun - both.fun),
        lean=float(clipped.mean() - actual.mean()),
        lean_p=_p(as_it_is - shifted.fun),
    )


def _fit(actual: np.ndarray, log_odds: np.ndarray, slopes: tuple[float, float], start=(0.0, 1.0)):
    """The a and b with the lowest loss, b within bounds."""
    bounds = [(-STEEPEST, STEEPEST), slopes]
    return minimize(_loss, start, (actual, log_odds), "L-BFGS-B", jac=True, bounds=bounds, options={"ftol": 1e-14})


def _loss(parameters: np.ndarray, actual: np.ndarray, log_odds: np.ndarray) -> tuple[float, np.ndarray]:
    """Summed cross-entropy, nats, and its gradient."""
    shifted = parameters[0] + parameters[1] * log_odds
    residual = 1 / (1 + np.exp(-shifted)) - actual
    losses = np.logaddexp(0, shifted) - actual * shifted
    return float(losses.sum()), np.array([residual.sum(), (residual * log_odds).sum()])


def _p(gain: float) -> float:
    """The p-value of a gain in log-likelihood by one more parameter (S. S. Wilks, 1938)."""
    return float(chi2.sf(2 * max(gain, 0.0), 1))
