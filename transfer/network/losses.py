"""Cross-entropy, and how much each picture counts in it."""

import numpy as np

from transfer.network.link import link_for


def sample_weights(targets: np.ndarray, class_weights: str) -> np.ndarray:
    """How much each picture counts, float32 (n,), 1 on average.

    targets: int (n,), indices of classes
    class_weights: "none", all pictures count the same; or "balanced", all classes that have pictures count the same,
        however many those are (King & Zeng, 2001)
    """
    if class_weights == "none":
        return np.ones(len(targets), np.float32)
    counts = np.bincount(targets)
    return (len(targets) / (np.count_nonzero(counts) * np.maximum(counts, 1)))[targets].astype(np.float32)


def selection_criterion(class_weights: str) -> str:
    """What training minimises on the validation pictures, by name.

    class_weights: "none" or "balanced"
    """
    return "log-loss" if class_weights == "none" else "class-weighted log-loss"


def log_loss(targets: np.ndarray, logits: np.ndarray, weights: np.ndarray | float = 1.0) -> float:
    """Mean cross-entropy, nats.

    targets: int (n,)
    logits: (n, units), see `link`
    weights: how much each picture counts, 1 on average; float (n,), or 1 for all
    """
    return float(np.mean(weights * link_for(logits.shape[-1]).losses(targets, logits)))
