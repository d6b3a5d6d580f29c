"""Confidence intervals of proportions."""

from math import sqrt


def wilson_interval(successes: int, n: int, z: float = 1.959963984540054) -> tuple[float, float]:
    """The interval of a proportion, 95 % by default (E. B. Wilson, 1927)."""
    p, z2 = successes / n, z * z
    middle, half = p + z2 / (2 * n), z * sqrt(p * (1 - p) / n + z2 / (4 * n * n))
    low, high = (middle - half) / (1 + z2 / n), (middle + half) / (1 + z2 / n)
    return low if successes else 0.0, high if successes < n else 1.0  # where rounding would miss them
