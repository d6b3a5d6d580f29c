"""The axes that charts share."""

from math import ceil, floor, log, log10

import numpy as np

from transfer.report.svg import Box, Scale
from transfer.report.wording import Texts

SIZE, BOX = (380, 300), Box(48, 26, 320, 228)  # of a chart, and of the axes in it, user units


def unit_scale(label: str) -> Scale:
    """From 0 to 1, a tick every fifth."""
    return Scale(label, 0, 1, [(fifth / 5, f"{fifth / 5:g}") for fifth in range(6)])


def epoch_scale(last: int, texts: Texts) -> Scale:
    """Epochs 0 to `last`. Where they are many the axis is logarithmic, so that the first few stay readable."""
    label = texts("learning.epoch")
    if last <= 12:
        marks = range(0, last + 1, 1 if last <= 8 else 2)
        return Scale(label, 0, max(last, 1), [(epoch, str(epoch)) for epoch in marks])
    marks = [epoch for epoch in (0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000) if epoch <= last]
    return Scale(label, 0, last, [(epoch, str(epoch)) for epoch in marks], lambda epoch: log(epoch + 1))


def accuracy_scale(values: np.ndarray, texts: Texts) -> Scale:
    """Equal steps are equal factors of the error rate. values: accuracies in [0, 1], any shape."""
    marks = [0, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999, 0.9995]
    low = min(floor(10 * values.min()) / 10, 0.9)
    below_one = values[values < 1].max() if (values < 1).any() else low
    top = next((mark for mark in marks if mark > below_one), 0.9999)
    ticks = [(mark, f"{100 * mark:g}") for mark in marks if low <= mark <= top]
    if values.max() == 1:  # an error of nothing has no logarithm: it is drawn on the edge
        ticks[-1] = (top, "100")
    return Scale(texts("learning.accuracy"), low, top, ticks, lambda accuracy: -log(1 - accuracy))


def loss_scale(values: np.ndarray, texts: Texts) -> Scale:
    """Equal steps are equal factors of the log-loss. values: nats, any shape."""
    bottom, high = max(values.min(), 1e-4), max(values.max(), 2e-4)
    marks = [digit * 10.0**power for power in range(-5, ceil(log10(high)) + 1) for digit in (1, 2, 5)]
    low, top = max(mark for mark in marks if mark <= bottom), min(mark for mark in marks if mark >= high)
    shown = [mark for mark in marks if low <= mark <= top]
    if len(shown) > 9:
        shown = [mark for mark in shown if f"{mark:e}"[0] == "1"]
    return Scale(texts("learning.loss"), low, top, [(mark, f"{mark:g}") for mark in shown], log)
