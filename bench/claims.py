"""How often the verdict claims what is not so: make bench ROWS=claims, or python -m bench.claims [--runs N]

Two models see each picture's class through noise of their own, so that neither is better; or the second has the first
one's kind of evidence and takes it for three times as strong, so that it is as accurate and has worse probabilities.
Both are compared as `evaluate` compares them. Prints, for test sets of several sizes: in how many runs anything is
claimed of models of which neither is better, and in how many the overconfident one is called better on log-loss.
"""

import argparse

import numpy as np
from scipy.special import expit
from scipy.stats import norm

from transfer.analysis import paired
from transfer.analysis.intervals import Interval
from transfer.analysis.predictions import Predictions
from transfer.classes import Classes

CLASSES = Classes(("cats", "dogs"), "dogs")
SIZES, ACCURACIES, SURENESS = (10, 20, 50, 300), (0.97, 0.993), 3.0


def drawn(actual: np.ndarray, accuracy: float, sureness: float, draws: np.random.Generator) -> Predictions:
    """A model of that accuracy, calibrated where `sureness` is 1, else that many times too sure."""
    distance = norm.ppf(accuracy)  # of each class from the border, in standard deviations of the noise
    seen = draws.normal((2 * actual - 1) * distance)
    p = expit(sureness * 2 * distance * seen).astype(np.float32)
    ids = np.arange(len(actual)).astype(str)
    return Predictions.of(ids, ids, actual, np.column_stack([1 - p, p]), CLASSES, 0.5)


def rates(n: int, accuracy: float, runs: int, draws: np.random.Generator) -> tuple[float, float]:
    """The shares of runs with a false claim, and with the overconfident model called better."""
    false, wrong = 0, 0
    bootstrap = paired.bootstrap_interval
    paired.bootstrap_interval = lambda statistic, n, seed: Interval(0.0, 0.0)  # slow, and no claim hangs on it
    for run in range(runs):
        actual = draws.integers(0, 2, n)
        first, equal, sure = (drawn(actual, accuracy, sureness, draws) for sureness in (1, 1, SURENESS))
        comparison = paired.compare(first, equal, run)
        false += any(comparison.better(measure) for measure in ("accuracy", "log_loss"))
        wrong += paired.compare(first, sure, run).better("log_loss") == 1
    paired.bootstrap_interval = bootstrap
    return false / runs, wrong / runs


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=400)
    runs = parser.parse_args(argv).runs
    draws = np.random.default_rng(0)
    print("| pictures | accuracy | false claim | overconfident called better |\n|--:|--:|--:|--:|")
    for n in SIZES:
        for accuracy in ACCURACIES:
            false, wrong = rates(n, accuracy, runs, draws)
            print(f"| {n} | {100 * accuracy:.1f} % | {100 * false:.1f} % | {100 * wrong:.1f} % |", flush=True)


if __name__ == "__main__":
    main()
