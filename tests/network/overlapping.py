"""Features of classes that overlap, to fit heads on."""

import numpy as np


def problem(n: int, width: int, seed: int, classes: int = 2):
    """Features on different scales, none of which is floored; classes that overlap."""
    draws = np.random.default_rng(seed)
    targets = draws.integers(0, classes, n)
    centres = draws.normal(0, 2.2 / np.sqrt(width), (classes, width))
    scale, shift = 10 ** draws.uniform(-0.3, 0.3, width), draws.normal(0, 5, width)
    features = (draws.normal(0, 1, (n, width)) + centres[targets]) * scale + shift
    return features.astype(np.float32), targets
