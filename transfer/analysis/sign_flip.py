"""Whether values are zero on average, without a supposition about how they are distributed."""

import numpy as np

FLIPS = 9_999
MOST_DRAWN = 2**20  # signs drawn at a time, to bound memory


def sign_flip_p(values: np.ndarray, seed: int) -> float:
    """Two-sided p-value of the mean of n values, by turning the signs of some at random (R. A. Fisher, 1935).

    If two models are alike, a picture's difference might as well have been the other way round.

    values: float (n,); those that are zero say nothing
    seed: of the signs
    Returns the share of sign patterns, the one found among them, whose mean is at least as far from zero; at least
    1 / (FLIPS + 1).
    """
    values = np.asarray(values, float)
    values = values[values != 0]
    if not len(values):
        return 1.0
    generator, found, as_far = np.random.default_rng([seed, len(values)]), abs(values.sum()), 0
    chunk = max(1, min(FLIPS, MOST_DRAWN // len(values)))
    for start in range(0, FLIPS, chunk):
        signs = generator.integers(0, 2, (min(chunk, FLIPS - start), len(values)), dtype=np.int8) * 2.0 - 1
        as_far += int((np.abs(signs @ values) >= found * (1 - 1e-12)).sum())
    return (as_far + 1) / (FLIPS + 1)
