"""What the numbers allow to say, by rules. A finding is the key of a text and what fills its gaps: no words are here.

Each rule is a test at 5 %, and where it finds nothing the text says that nothing is shown, not that nothing is there.
"""

import numpy as np
import pandas as pd
from scipy.stats import binomtest, norm

from transfer.analysis.paired import significant_sign

LEVEL = 0.05
Finding = tuple[str, dict[str, object]]


def verdict(comparison: dict, first: str, second: str) -> Finding:
    """Which of two models is more accurate, if that is shown; names as they are to be read."""
    gaps = {"n": comparison["n"], "p": p_value(comparison["mcnemar_p"]), "first": first, "second": second}
    sign = significant_sign(comparison, "accuracy")
    if comparison["both_right"] + comparison["both_wrong"] == comparison["n"]:
        return "verdict.same", gaps
    gaps |= {end: 100 * value for end, value in _span(comparison, "accuracy", sign).items()}
    if not sign:
        return "verdict.none", gaps
    better, worse = (second, first) if sign > 0 else (first, second)
    return "verdict.better", gaps | {"better": better, "worse": worse}


def advice(comparison: dict, first: str, second: str) -> Finding:
    """Which model to use: by accuracy, then by log-loss, and otherwise the first, which is the simpler one."""
    accuracy, loss = significant_sign(comparison, "accuracy"), significant_sign(comparison, "log_loss")
    names = {1: second, -1: first}
    if accuracy and loss and accuracy != loss:
        return "advice.split", {"accurate": names[accuracy], "probable": names[loss]}
    if accuracy:
        return "advice.accuracy", {"better": names[accuracy]}
    if loss:
        return "advice.log_loss", {"better": names[loss]}
    return "advice.either", {"first": first, "second": second}


def differences(comparison: dict, first: str, second: str) -> list[Finding]:
    """On log-loss and on ROC AUC, whether one of two models is shown to be better; and how fine this test set tells."""
    found = []
    for measure in ("log_loss", "roc_auc"):
        if f"{measure}_difference" not in comparison:
            continue
        sign = significant_sign(comparison, measure)
        better, worse = (first, second) if sign < 0 else (second, first)
        gaps = {"better": better, "worse": worse} if sign else {"first": first, "second": second}
        key = f"differences.{measure}_{'better' if sign else 'none'}"
        found.append((key, gaps | _span(comparison, measure, sign)))
    width = 50 * (comparison["accuracy_high"] - comparison["accuracy_low"])
    if width:
        found.append(("differences.resolution", {"n": comparison["n"], "width": width}))
    return found


def _span(comparison: dict, measure: str, sign: int) -> dict[str, float]:
    """A difference and its interval: by how much the better one is ahead, or where none is, second - first as it is."""
    flip = np.sign(comparison[f"{measure}_difference"]) if sign else 1
    low, high = sorted(flip * comparison[f"{measure}_{end}"] for end in ("low", "high"))
    return {"low": low, "value": flip * comparison[f"{measure}_difference"], "high": high}


def errors(metrics: dict, model: str, classes: tuple[str, str]) -> Finding:
    """Whether a model errs more on one class than on the other: exact binomial test, given the classes' sizes.

    classes: names of the negative and the positive class
    """
    counts = metrics["confusion"]
    negatives, positives = counts["tn"] + counts["fp"], counts["tp"] + counts["fn"]
    wrong = counts["fp"] + counts["fn"]
    gaps = {"model": model, "fp": counts["fp"], "fn": counts["fn"], "negatives": negatives, "positives": positives}
    gaps |= {"negative": classes[0], "positive": classes[1]}
    if not wrong:
        return "errors.none", gaps
    p = binomtest(counts["fn"], wrong, positives / (positives + negatives)).pvalue
    if p >= LEVEL:
        return "errors.even", gaps | {"p": p_value(p)}
    hard = 1 if counts["fn"] * negatives > counts["fp"] * positives else 0
    return "errors.uneven", gaps | {"p": p_value(p), "hard": classes[hard], "easy": classes[1 - hard]}


def calibration(actual: np.ndarray, probability: np.ndarray, model: str) -> Finding:
    """Whether probabilities promise more, or less, than they keep: Spiegelhalter's z of the Brier score (1986).

    actual: {0, 1} (n,); probability: P(positive) in [0, 1] (n,)
    """
    p = np.clip(np.asarray(probability, float), 2.0**-24, 1 - 2.0**-24)
    z = np.sum((actual - p) * (1 - 2 * p)) / np.sqrt(np.sum((1 - 2 * p) ** 2 * p * (1 - p)) or np.inf)
    chance = float(2 * norm.sf(abs(z)))
    key = "none" if chance >= LEVEL else "over" if z > 0 else "under"
    return f"calibration.{key}", {"model": model, "z": float(z), "p": p_value(chance)}


def training(history: pd.DataFrame, model: str, shares: pd.DataFrame | None = None) -> Finding:
    """What the validation log-loss by epoch says about how long was trained.

    history: columns epoch, val_loss; shares: columns share, val_loss, where averages of the start's weights (share 0)
    and the best later epoch's (1) were tried
    """
    loss, last = history["val_loss"].to_numpy(), int(history["epoch"].iloc[-1])
    best = int(history["epoch"].iloc[loss.argmin()])
    gaps = {"model": model, "best": best, "last": last, "start": loss[0], "loss": loss.min(), "end": loss[-1]}
    if not last:
        return "training.untouched", gaps
    if shares is not None:
        share, lowest = shares.loc[shares["val_loss"].idxmin(), ["share", "val_loss"]]
        if 0 < share < 1:
            later = 1 + int(loss[1:].argmin())
            return "training.between", gaps | {"best": later, "loss": loss[later], "share": share, "kept": lowest}
    return f"training.{'worse' if not best else 'still' if best == last else 'turned'}", gaps


def p_value(p: float) -> str:
    """As a text puts it after "p"."""
    return "< 0.001" if p < 0.001 else f"= {p:.3f}" if p < 0.1 else f"= {p:.2f}"
