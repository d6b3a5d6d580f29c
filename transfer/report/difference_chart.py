"""The difference of two models as a bar beside zero."""

from math import floor, log10

from transfer.analysis.paired import Comparison, Measure
from transfer.report.svg import Box, Panel, Scale, picture
from transfer.report.wording import Texts, typeset

BOX = Box(24, 34, 332, 34)
CHARACTER, GAP = 7, 12  # the width of a tick's character, and the least room between two ticks, user units


def difference(comparison: Comparison, measure: Measure, first: str, second: str, texts: Texts) -> str:
    """One difference with its interval, drawn so that right is where the second model is better.

    measure: of those in `comparison.differences()`
    first, second: the models' names as readers know them
    """
    found = comparison.differences()[measure]
    unit, digits = (100, 1) if measure == "accuracy" else (1, 3)
    numbers = {"value": found.value, "low": found.interval.low, "high": found.interval.high}
    numbers = {name: unit * number for name, number in numbers.items()}
    direction = -1 if measure == "log_loss" else 1  # a lower log-loss is better
    x = _scale(max(abs(numbers["low"]), abs(numbers["high"]), 10.0**-digits), direction)
    panel = Panel(x, Scale("", 0, 1, []), BOX)
    css = {0: "neutral", 1: "m1", -1: "m0"}[comparison.better(measure)]
    panel.line([0, 0], [0, 1], "zero")
    panel.line(sorted(direction * numbers[end] for end in ("low", "high")), [0.5, 0.5], f"span {css}")
    panel.dot(direction * numbers["value"], 0.5, f"dot {css}", 5)
    panel.text(x.low, 1, "← " + texts("strip.better", model=first), "end left", (-20, -9))
    panel.text(x.high, 1, texts("strip.better", model=second) + " →", "end right", (20, -9))
    gaps = {name: f"{number:+.{digits}f}" for name, number in numbers.items()}
    words = texts("strip.described", first=first, second=second, **gaps)
    return picture([panel], (380, 92), texts(f"strip.{measure}"), words)


def _scale(farthest: float, direction: int) -> Scale:
    """Zero in the middle, a few round ticks on either side, and room for what lies `farthest` from zero."""
    reach = 1.15 * farthest
    power = 10 ** floor(log10(reach))
    for step in (digit * power for digit in (0.5, 1, 2, 5)):
        steps = range(-int(reach / step), int(reach / step) + 1)
        ticks = [(step * i, typeset(f"{direction * step * i:+.3g}") if i else "0") for i in steps]
        room = step * BOX.width / (2 * reach)
        if len(ticks) <= 7 and max(len(words) for _, words in ticks) * CHARACTER + GAP <= room:
            break
    return Scale("", -reach, reach, ticks)
