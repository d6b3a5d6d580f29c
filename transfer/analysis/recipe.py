"""What a way to train is worth, over several trainings and the test pictures."""

import numpy as np

from transfer.analysis.difference import Difference
from transfer.analysis.intervals import Interval

RESAMPLES = 4_000


def recipe_mean(values: np.ndarray, seed: int) -> Difference:
    """The mean over trainings and pictures, with a 95 % interval that counts the luck of both.

    Trainings and pictures are drawn anew, each on their own, and each drawn training is taken on the same drawn
    pictures: a bootstrap of crossed factors (A. B. Owen, 2007). Of few trainings the interval is too narrow, by about
    a factor of sqrt((k - 1) / k) in what comes from them.

    values: of each training and picture, float (k, n)
    seed: of the draws
    """
    draws, (trainings, pictures) = np.random.default_rng(seed), values.shape
    means = np.empty(RESAMPLES)
    for number in range(RESAMPLES):
        counts = np.bincount(draws.integers(0, trainings, trainings), minlength=trainings)
        means[number] = (counts @ values)[draws.integers(0, pictures, pictures)].mean() / trainings
    low, high = np.percentile(means, [2.5, 97.5])
    return Difference(float(values.mean()), Interval(float(low), float(high)))
