"""What the numbers allow one to say, by rules.

A finding is the key of a text in transfer/report/texts and what fills its gaps; there are no words here. Each rule is a
test at 5 %. Where a test shows nothing, the text says that nothing is shown, not that there is nothing.
"""

from collections.abc import Mapping
from typing import NamedTuple

from transfer.analysis.difference import LEVEL, Difference
from transfer.analysis.paired import FEWEST_WRONG, Comparison, Measure
from transfer.analysis.power import power_of_halving
from transfer.analysis.predictions import Predictions
from transfer.analysis.spread_of_errors import spread_of_errors

MOST_NAMED = 8  # classes, in a sentence


class Finding(NamedTuple):
    """The key of a text, and what fills its gaps."""

    key: str
    gaps: dict[str, object]


def verdict(comparison: Comparison, first: str, second: str) -> Finding:
    """Which of two models is more accurate, if that is shown.

    first, second: the models' names as readers know them
    """
    gaps = {"n": comparison.n, "first": first, "second": second} | _p_values(comparison, "accuracy")
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


def log_loss_difference(comparison: Comparison, first: str, second: str) -> Finding:
    """Whether one of two models is shown to have the lower log-loss.

    first, second: the models' names as readers know them
    """
    sign = comparison.better("log_loss")
    gaps = _ranked(sign, first, second) if sign else {"first": first, "second": second}
    gaps |= _lead(comparison.log_loss, sign) | _p_values(comparison, "log_loss")
    if comparison.wrong < FEWEST_WRONG:
        return Finding("differences.log_loss_few", gaps | {"wrong": comparison.wrong, "fewest": FEWEST_WRONG})
    return Finding("differences.log_loss_better" if sign else "differences.log_loss_none", gaps)


def just_clear(comparison: Comparison) -> bool:
    """Whether an interval leaves out zero, though the tests, which are exact and share their risk, show nothing."""
    tested = {measure: getattr(comparison, measure).interval for measure in ("accuracy", "log_loss")}
    return any(not own.low <= 0 <= own.high and not comparison.better(measure) for measure, own in tested.items())


def differences(comparison: Comparison, first: str, second: str) -> list[Finding]:
    """Everything beside accuracy that differs or does not; and how small a difference this test set can show.

    first, second: the models' names as readers know them
    """
    found = [log_loss_difference(comparison, first, second)]
    if comparison.roc_auc:
        found.append(Finding("differences.roc_auc", {"first": first, "second": second} | _lead(comparison.roc_auc, 0)))
    interval = comparison.accuracy.interval
    # McNemar's test needs six pictures that one model alone has right to come out below 5 %.
    width = 100 * max((interval.high - interval.low) / 2, 6 / comparison.n)
    found.append(Finding("differences.resolution", {"n": comparison.n, "width": min(width, 100)}))
    if error := comparison.worse_error:
        power = power_of_halving(comparison.n, error)
        found.append(Finding("differences.power", {"n": comparison.n, "error": 100 * error, "power": 100 * power}))
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


def classes(comparison: Comparison, first: str, second: str, names: Mapping[str, str]) -> list[Finding]:
    """The classes of which one of two models is shown to find more; none in the binary form, where recall says it.

    first, second: the models' names as readers know them
    names: the classes' names as readers know them
    """
    gaps = {"first": first, "second": second, "classes": len(comparison.recall_by_class)}
    found = []
    for sign in (1, -1):
        more = [one for one in comparison.recall_by_class if one.sign == sign]
        if more:
            more.sort(key=lambda one: -abs(one.recall.value))
            named = [f"{names[one.name]} ({100 * abs(one.recall.value):.1f})" for one in more]
            listed = ", ".join(named[:MOST_NAMED]) + (", …" if len(named) > MOST_NAMED else "")
            found.append(
                Finding("differences.classes_better", gaps | _ranked(sign, first, second) | {"listed": listed})
            )
    if comparison.recall_by_class and not found:
        found.append(Finding("differences.classes_none", gaps))
    return found


def errors(predictions: Predictions, model: str, names: Mapping[str, str]) -> Finding:
    """Whether a model errs more on some classes than on others, given the classes' sizes.

    model: its name as readers know it
    names: the classes' names as readers know them
    """
    spread = spread_of_errors(predictions)
    gaps = {"model": model, "wrong": sum(spread.wrong), "n": len(predictions), "p": p_value(spread.p)}
    if not gaps["wrong"]:
        return Finding("errors.none", gaps)
    hard = spread.hardest
    gaps |= {"hard": names[predictions.classes.names[hard]], "hard_wrong": spread.wrong[hard], "hard_n": spread.n[hard]}
    key = "errors.even" if spread.p >= LEVEL else "errors.uneven"
    if len(spread.n) != 2:
        return Finding(f"{key}_of_many", gaps)
    for index, place in enumerate(("one", "other")):
        gaps |= {place: names[predictions.classes.names[index]]}
        gaps |= {f"{place}_wrong": spread.wrong[index], f"{place}_n": spread.n[index]}
    return Finding(key, gaps | {"easy": names[predictions.classes.names[1 - hard]]})


def _p_values(comparison: Comparison, measure: Measure) -> dict[str, str]:
    """The p-value of a measure's own test, as metrics/comparison.json has it, and the one that decides."""
    own, corrected = comparison.test_p(measure), comparison.corrected_p(measure)
    return {"p": p_value(own), "corrected": p_value(corrected)}


def p_value(p: float) -> str:
    """A p-value as a text has it after "p"."""
    return "< 0.001" if p < 0.001 else f"= {p:.3f}" if p < 0.1 else f"= {p:.2f}"
