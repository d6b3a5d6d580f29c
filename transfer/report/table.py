"""Results as text for a terminal: of one run, of two compared, of several summarised."""

from collections.abc import Iterable

import pandas as pd

from transfer.analysis.examples import disagreements
from transfer.analysis.metrics import Metrics
from transfer.analysis.paired import MEASURES, Comparison
from transfer.analysis.predictions import Predictions
from transfer.report.figures import LABELS, shown
from transfer.report.forms import form_of
from transfer.report.wording import Texts, plain, shorten

WIDTH = 22  # of the labels of results.txt


def text_table(metrics: dict[str, Metrics], details: dict[str, list[str]], verdict: str, texts: Texts) -> str:
    """The metrics of several models side by side, at most 80 columns wide, and a verdict below.

    metrics: by model, at most three
    details: rows below the metrics: by label, a cell for each model
    """
    n = next(iter(metrics.values())).n
    lines = [_line(texts("table.heading", n=n), (texts.name("model", model) for model in metrics))]
    lines.append("-" * len(lines[0]))
    for key in shown(next(iter(metrics.values()))):
        lines.append(_line(texts(f"metrics.{key}"), (f"{getattr(found, key):.4f}" for found in metrics.values())))
        if key == "accuracy":
            intervals = (found.accuracy_interval for found in metrics.values())
            lines.append(
                _line(f"  {texts('metrics.interval')}", (f"{ends.low:.3f} - {ends.high:.3f}" for ends in intervals))
            )
    lines += [_line(label, cells) for label, cells in details.items()]
    return plain("\n".join([*lines, "", texts("table.verdict", said=verdict)]))


def _line(label: str, cells: Iterable[str]) -> str:
    return f"{shorten(label, WIDTH):<{WIDTH}}" + "".join(f"{cell:>18}" for cell in cells)


def paired_table(metrics: dict[str, Metrics], comparison: Comparison) -> str:
    """Two experiments side by side, with the intervals of their differences and McNemar's counts.

    metrics: by experiment, the first one first
    """
    first, second = metrics
    width = max(12, len(first), len(second)) + 2
    lines = [f"{comparison.n:>5} test pictures {first:>{width}}{second:>{width}}  difference    95 % interval"]
    lines.append("-" * len(lines[0]))
    for measure in MEASURES:
        if measure not in shown(next(iter(metrics.values()))):
            continue
        cells = (f"{getattr(found, measure):>{width}.4f}" for found in metrics.values())
        line = f"{LABELS[measure]:<20}" + "".join(cells)
        if difference := comparison.differences().get(measure):
            line += f"{difference.value:>+12.4f}    {difference.interval.low:+.4f} to {difference.interval.high:+.4f}"
        lines.append(line)
    lines.append(
        f"right: {comparison.both_right} by both, {comparison.only_first_right} only by {first}, "
        f"{comparison.only_second_right} only by {second}, {comparison.both_wrong} by neither; "
        f"McNemar's exact p = {comparison.mcnemar_p:.2g}, mid-p = {comparison.mcnemar_mid_p:.2g}"
    )
    return "\n".join(lines)


def changes_table(predictions: dict[str, Predictions]) -> str:
    """The pictures that only one of two experiments calls rightly, one line each: those that the second lost first.

    predictions: by experiment, of the same pictures in the same order; of either kind the pictures widest apart in
        probability come first
    """
    first, second = predictions
    before, after = predictions.values()
    followed = form_of(before.classes).followed
    (label, was), (_, is_now) = followed(before), followed(after)
    lines = []
    for right, wrong, lost in ((first, second, True), (second, first, False)):
        rows = [row for row in disagreements(before, after) if before.right[row] == lost != after.right[row]]
        if rows:
            lines.append(f"right by {right}, wrong by {wrong}: {len(rows)} ({label}: {first} -> {second})")
        for row in rows:
            change = f"{was[row]:.3f} -> {is_now[row]:.3f}"
            actual = before.actual_names[row]
            lines.append(f"  {before.files[row]}  {actual}  {change}  id {before.ids[row]}")
    return "\n".join(lines) or "No picture is called rightly by only one of them."


def spread_table(runs: list[dict[str, Metrics]]) -> str:
    """Mean, sample standard deviation and range of each metric over several runs, for each model.

    runs: the metrics of each run by model, the same models in all

    If there are two models, a third block has their difference within each run, second minus first: what their runs
    share, such as the pictures, cancels out of it.
    """
    models = {
        model: pd.DataFrame([{LABELS[key]: getattr(run[model], key) for key in shown(run[model])} for run in runs])
        for model in runs[0]
    }
    blocks = [_spread(model, values, "") for model, values in models.items()]
    if len(models) == 2:
        (first, one), (second, other) = models.items()
        blocks.append(_spread(f"{second} - {first}", other - one, "+"))
    return "\n\n".join(blocks)


def _spread(name: str, values: pd.DataFrame, sign: str) -> str:
    """One block of `spread_table`; values: a row a run, a column a metric; sign: "+" to write that of every number."""
    number = f"{{:{sign}.4f}}".format
    deviation = values.std(ddof=1).map("{:.4f}".format).replace("nan", "-")  # one run has none
    summary = pd.DataFrame(
        {
            "mean": values.mean().map(number),
            "standard deviation": deviation,
            "lowest": values.min().map(number),
            "highest": values.max().map(number),
        }
    )
    summary.columns.name = f"{name}, {len(values)} run{'s' if len(values) > 1 else ''}"
    return summary.to_string()
