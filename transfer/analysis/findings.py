"""What the numbers allow one to say, by rules.

A finding is the key of a text in transfer/report/texts and what fills its gaps; there are no words here. Each rule is a
test at 5 %. Where a test shows nothing, the text says that nothing is shown, not that there is nothing.
"""

from typing import NamedTuple

from scipy.stats import binomtest

from transfer.analysis.calibration import spiegelhalter_test
from transfer.analysis.metrics import Confusion
from transfer.analysis.paired import LEVEL, Comparison, Difference, Measure
from transfer.analysis.predictions import Predictions
from transfer.analysis.training import Training


class Finding(NamedTuple):
    """The key of a text, and what fills its gaps."""

    key: str
    gaps: dict[str, object]


def verdict(comparison: Comparison, first: str, second: str) -> Finding:
    """Which of two models is more accurate, if that is shown.

    first, second: the models' names as readers know them
    """
    gaps = {"n": comparison.n, "p": p_value(comparison.mcnemar_p), "first": first, "second": second}
    if not comparison.only_first_right and not comparison.only_second_right:
        return Finding("verdict.same", gaps)
    sign = comparison.better("accuracy")
    gaps |= _lead(comparison.accuracy, sign, unit=100)
    if not sign:
        return Finding("verdict.none", gaps)
    return Finding("verdict.better", gaps | _ranked(sign, first, second))


def advice(comparison: Comparison, first: str, second: str) -> Finding:
    """Which model to use: by accuracy, then by log-loss, and otherwise the first, which is the simpler one.

    first, second: the models' names as readers know them
    """
    accuracy, log_loss = comparison.better("accuracy"), comparison.better("log_loss")
    names = {1: second, -1: first}
    if accuracy and log_loss and accuracy != log_loss:
        return Finding("advice.split", {"accurate": names[accuracy], "probable": names[log_loss]})
    if accuracy:
        return Finding("advice.accuracy", {"better": names[accuracy]})
    if log_loss:
        return Finding("advice.log_loss", {"better": names[log_loss]})
    return Finding("advice.either", {"first": first, "second": second})


def recommended(comparison: Comparison, first: str, second: str) -> str:
    """The one model to use where only one can be named: as by `advice`, accuracy before log-loss."""
    sign = comparison.better("accuracy") or comparison.better("log_loss")
    return second if sign > 0 else first


def difference(comparison: Comparison, measure: Measure, first: str, second: str) -> Finding:
    """Whether one of two models is shown to be better on "log_loss" or "roc_auc", which has to be measured.

    first, second: the models' names as readers know them
    """
    sign = comparison.better(measure)
    gaps = _ranked(sign, first, second) if sign else {"first": first, "second": second}
    gaps |= _lead(getattr(comparison, measure), sign)
    return Finding(f"differences.{measure}_better" if sign else f"differences.{measure}_none", gaps)


def differences(comparison: Comparison, first: str, second: str) -> list[Finding]:
    """Everything beside accuracy that differs or does not; and how small a difference this test set can show.

    first, second: the models' names as readers know them
    """
    measured = [measure for measure in comparison.differences() if measure != "accuracy"]
    found = [difference(comparison, measure, first, second) for measure in measured]
    width = 50 * (comparison.accuracy.interval.high - comparison.accuracy.interval.low)
    if width:
        found.append(Finding("differences.resolution", {"n": comparison.n, "width": width}))
    return found


def _ranked(sign: int, first: str, second: str) -> dict[str, str]:
    """The names of the better and the worse model; sign: 1 if the second is better, -1 if the first is."""
    return {"better": second, "worse": first} if sign > 0 else {"better": first, "worse": second}


def _lead(difference: Difference, sign: int, unit: float = 1) -> dict[str, float]:
    """A difference and its interval: the better model's lead, or second minus first where no model is better.

    sign: 0 where no model is shown to be better
    unit: factor of all numbers, such as 100 for percentage points
    """
    flip = -1 if sign and difference.value < 0 else 1
    low, high = sorted(flip * unit * end for end in (difference.interval.low, difference.interval.high))
    return {"low": low, "value": flip * unit * difference.value, "high": high}


def errors(confusion: Confusion, model: str, classes: tuple[str, str]) -> Finding:
    """Whether a model errs more on one class than on the other: exact binomial test, given the classes' sizes.

    model: its name as readers know it
    classes: names of the negative and the positive class
    """
    negatives, positives = confusion.tn + confusion.fp, confusion.tp + confusion.fn
    wrong = confusion.fp + confusion.fn
    gaps = {"model": model, "fp": confusion.fp, "fn": confusion.fn, "negatives": negatives, "positives": positives}
    gaps |= {"negative": classes[0], "positive": classes[1]}
    if not wrong:
        return Finding("errors.none", gaps)
    p = binomtest(confusion.fn, wrong, positives / (positives + negatives)).pvalue
    if p >= LEVEL:
        return Finding("errors.even", gaps | {"p": p_value(p)})
    hard = 1 if confusion.fn * negatives > confusion.fp * positives else 0
    return Finding("errors.uneven", gaps | {"p": p_value(p), "hard": classes[hard], "easy": classes[1 - hard]})


def calibration(predictions: Predictions, model: str) -> Finding:
    """Whether a model's probabilities are too extreme, or not extreme enough, for what happened.

    model: its name as readers know it
    """
    test = spiegelhalter_test(predictions.actual, predictions.probability)
    key = "none" if test.p >= LEVEL else "over" if test.z > 0 else "under"
    return Finding(f"calibration.{key}", {"model": model, "z": test.z, "p": p_value(test.p)})


def training(trained: Training, model: str, criterion: str) -> Finding:
    """Which weights were selected, and whether more epochs might help.

    model, criterion: the model's name and what was minimised, as readers know them
    """
    curve, selection = trained.curve, trained.selection
    gaps = {"model": model, "criterion": criterion, "loss": selection.loss, "epoch": selection.epoch}
    gaps |= {"last": curve.last}
    if not curve.last:
        return Finding("training.untouched", gaps)
    if not selection.epoch:
        return Finding("training.worse", gaps)
    if selection.averaged:
        ends = {"start": selection.loss_of_average(0), "end": selection.loss_of_average(1)}
        return Finding("training.between", gaps | ends | {"weight": 100 * selection.averaging_weight})
    key = "training.still" if selection.epoch == curve.last else "training.turned"
    if selection.weighted:  # the curve is without class weights: its values do not belong beside this loss
        return Finding(f"{key}_weighted", gaps)
    return Finding(key, gaps | {"start": curve.val_loss[0], "end": curve.val_loss[-1]})


def p_value(p: float) -> str:
    """A p-value as a text has it after "p"."""
    return "< 0.001" if p < 0.001 else f"= {p:.3f}" if p < 0.1 else f"= {p:.2f}"
