"""Cross-entropy, and how much each picture counts in it."""

import numpy as np


def sample_weights(targets: np.ndarray, class_weights: str) -> np.ndarray:
    """How much each picture counts, float32 (n,), 1 on average.

    targets: {0, 1} (n,)
    class_weights: "none", all pictures count the same; or "balanced", both classes count the same, however many
        pictures each has (King & Zeng, 2001)
    """
    if class_weights == "none":
        return np.ones(len(targets), np.float32)
    counts = np.bincount(targets, minlength=2)
    return (len(targets) / (2 * counts))[targets].astype(np.float32)


def selection_criterion(class_weights: str) -> str:
    """What training minimises on the validation pictures, by name.

    class_weights: "none" or "balanced"
    """
    return "log-loss" if class_weights == "none" else "class-weighted log-loss"


def log_loss(targets: np.ndarray, logits: np.ndarray, weights: np.ndarray | float = 1.0) -> np.ndarray:
    """Mean cross-entropy along the first axis, in nats, float64 (...).

    targets: {0, 1} (n, ...)
    logits: (n, ...), log-odds of the positive class
    weights: how much each term counts, 1 on average; broadcast against the others
    """
    return np.mean(weights * (np.logaddexp(0, logits.astype(np.float64)) - targets * logits), axis=0)
