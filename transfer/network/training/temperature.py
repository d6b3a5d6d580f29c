"""Temperature scaling: a classifier made less sure of itself where validation pictures show that it is too sure."""

import keras
import numpy as np
from scipy.optimize import minimize_scalar

from transfer.network.losses import log_loss

HIGHEST = 20.0  # a classifier that needs more has learnt nothing


def fit_temperature(targets: np.ndarray, logits: np.ndarray, weights: np.ndarray | float = 1.0) -> float:
    """The number in [1, HIGHEST] by which logits are to be divided for the lowest log-loss (Guo et al., 2017).

    It is never below 1: training has all but sorted the pictures that it was stopped by, and a fit to them would make
    the classifier surer of itself than it has a right to be.

    targets: int (n,)
    logits: (n, units), see `link`
    weights: how much each picture counts, 1 on average; float (n,), or 1 for all
    """

    def loss(log_temperature: float) -> float:
        return log_loss(targets, logits / np.exp(log_temperature), weights)

    found = minimize_scalar(loss, bounds=(0, np.log(HIGHEST)), method="bounded", options={"xatol": 1e-4})
    return float(np.exp(found.x)) if found.fun < loss(0) else 1.0


def cool(classifier: keras.Model, temperature: float) -> None:
    """Divide the logits of a classifier by a temperature, by dividing the weights of the layer that gives them."""
    layer = classifier.get_layer("logit")
    layer.set_weights([(weight / temperature).astype(weight.dtype) for weight in layer.get_weights()])
