"""Two models on the same pictures: how often only one is right, and whether the difference is more than chance."""

import numpy as np
from scipy.stats import binomtest
from sklearn.metrics import roc_auc_score

from transfer.analysis.metrics import losses

RESAMPLES = 10_000
MOST = 2**17  # pictures drawn at a time, to bound memory


def compare(
    actual: np.ndarray,
    first: np.ndarray,
    second: np.ndarray,
    threshold: float | tuple[float, float],
    seed: int,
) -> dict:
    """Compare two models on the same n pictures, differences as second - first.

    actual: {0, 1} (n,); first, second: P(positive) in [0, 1] (n,), of the two models; threshold: P from which a picture
    is called positive, of both or of each.
    Intervals are 95 % percentile intervals of a paired bootstrap: pictures are drawn anew, both predictions with them
    (Efron & Tibshirani, 1993; 10,000 resamples). `mcnemar_p` is the exact two-sided p of McNemar's test: the chance of
    discordant counts at least as uneven if both models were right equally often. ROC AUC is left out where one class
    is missing.
    """
    actual = np.asarray(actual, int)
    pairs = zip((first, second), np.broadcast_to(threshold, 2), strict=True)
    right = [(np.asarray(p, float) >= least) == actual for p, least in pairs]
    only_first, only_second = int(np.sum(right[0] & ~right[1])), int(np.sum(right[1] & ~right[0]))
    discordant = only_first + only_second
    result = {
        "n": len(actual),
        "both_right": int(np.sum(right[0] & right[1])),
        "only_first_right": only_first,
        "only_second_right": only_second,
        "both_wrong": int(np.sum(~right[0] & ~right[1])),
        "mcnemar_p": float(binomtest(only_second, discordant).pvalue) if discordant else 1.0,
    }
    per_picture = {
        "accuracy": right[1].astype(float) - right[0],
        "log_loss": losses(actual, second) - losses(actual, first),
    }
    for name, gain in per_picture.items():
        drawn = np.concatenate([gain[rows].mean(axis=1) for rows in _resamples(len(actual), seed)])
        result |= _interval(name, gain.mean(), drawn)
    if 0 < actual.sum() < len(actual):
        aucs = [roc_auc_score(actual, p) for p in (first, second)]
        drawn = np.concatenate(
            [_auc(actual, second, rows) - _auc(actual, first, rows) for rows in _resamples(len(actual), seed)]
        )
        result |= _interval("roc_auc", aucs[1] - aucs[0], drawn[np.isfinite(drawn)])
    return result


def _resamples(n: int, seed: int):
    generator = np.random.default_rng([seed, n])
    chunk = max(1, min(RESAMPLES, MOST // n))
    for start in range(0, RESAMPLES, chunk):
        yield generator.integers(0, n, (min(chunk, RESAMPLES - start), n))


def _interval(name: str, value: float, drawn: np.ndarray) -> dict[str, float]:
    low, high = np.percentile(drawn, [2.5, 97.5])
    return {f"{name}_difference": float(value), f"{name}_low": float(low), f"{name}_high": float(high)}


def _auc(actual: np.ndarray, probability: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """ROC AUC of each resample, (chunk,), by the Mann-Whitney statistic; nan where one class is missing."""
    # The pictures are sorted once: a resample is then a count of each picture, and ranks are running sums.
    _, level = np.unique(np.asarray(probability, float), return_inverse=True)
    levels = level.max() + 1
    flat = (np.arange(len(rows))[:, None] * levels + level[rows]).ravel()
    positive = np.bincount(flat, actual[rows].ravel(), len(rows) * levels).reshape(len(rows), levels)
    negative = np.bincount(flat, 1 - actual[rows].ravel(), len(rows) * levels).reshape(len(rows), levels)
    below = np.cumsum(negative, axis=1) - negative
    with np.errstate(invalid="ignore"):
        return (positive * (below + negative / 2)).sum(axis=1) / (positive.sum(axis=1) * negative.sum(axis=1))


def significant_sign(comparison: dict, measure: str) -> int:
    """Which model is shown to be better on accuracy, log_loss or roc_auc: 1 the second, -1 the first, 0 neither.

    Shown is what the 95 % interval of the difference says, by leaving out zero; of accuracy also McNemar's p below 5 %.
    """
    low, high = comparison[f"{measure}_low"], comparison[f"{measure}_high"]
    if low <= 0 <= high or (measure == "accuracy" and comparison["mcnemar_p"] >= 0.05):
        return 0
    higher = 1 if low > 0 else -1
    return -higher if measure == "log_loss" else higher


def verdict(comparison: dict, first: str, second: str) -> str:
    """One sentence that says no more than the numbers allow: on accuracy, and on log-loss."""
    names = {1: (second, first), -1: (first, second)}
    interval = f"95 % interval {100 * comparison['accuracy_low']:+.1f} to {100 * comparison['accuracy_high']:+.1f}"
    evidence = f"({interval}; McNemar's exact p = {comparison['mcnemar_p']:.2g})"
    sign, loss_sign = significant_sign(comparison, "accuracy"), significant_sign(comparison, "log_loss")
    if sign:
        better, worse = names[sign]
        points = 100 * abs(comparison["accuracy_difference"])
        accuracy = f"{better} is more accurate than {worse} by {points:.1f} points {evidence}"
    else:
        accuracy = f"no difference in accuracy is shown between {first} and {second} {evidence}"
    if loss_sign:
        lower = names[loss_sign][0]
        return f"{accuracy}; {lower} has the lower log-loss (by {abs(comparison['log_loss_difference']):.3f})."
    return f"{accuracy}; {'log-loss shows none' if sign else 'nor is one in log-loss'}."
