"""Class by class: the figures of two models side by side."""

from math import floor

from markupsafe import Markup

from transfer.analysis.paired import ClassDifference
from transfer.analysis.per_class import ClassMetrics
from transfer.report.results import Results
from transfer.report.svg import Box, Panel, Scale, picture
from transfer.report.wording import Texts, typeset

STRIP = Box(0, 0, 130, 26)  # user units


def class_rows(results: Results, texts: Texts) -> list[dict]:
    """A row for each class: its name, its figures by model of the pair, the difference in recall, and a drawing of it.

    A class that the test split lacks has figures that are None.
    """
    found = zip(*(results.models[model].per_class for model in results.pair), strict=True)
    differences = {one.name: one for one in results.comparison.recall_by_class}
    x = Scale("", lowest_recall(results), 1, [])
    rows = []
    for pair in found:
        name = texts.name("class", pair[0].name)
        row = {"name": name, "n": pair[0].n, "models": pair, "drawn": "", "difference": None}
        if pair[0].n:
            drawn = recall_strip(name, dict(zip(results.pair, pair, strict=True)), x, texts)
            row |= {"drawn": Markup(drawn), **_difference(differences[pair[0].name], texts)}
        rows.append(row)
    return rows


def _difference(difference: ClassDifference, texts: Texts) -> dict:
    """The difference in recall, percentage points with interval, and its p, as they are written."""
    low, high = (f"{100 * end:+.0f}" for end in (difference.recall.interval.low, difference.recall.interval.high))
    return {
        "difference": difference,
        "gain": typeset(f"{100 * difference.recall.value:+.1f}") if difference.recall.value else "0",
        "gain_interval": texts("classes.interval", low=low, high=high),
        "p": "< 0.001" if difference.p_holm < 0.001 else f"{difference.p_holm:.3f}",
    }


def lowest_recall(results: Results) -> float:
    """Where the axis of recall begins, in [0, 0.9]: a tenth that leaves out no interval."""
    measured = [one for model in results.pair for one in results.models[model].per_class if one.n]
    return min(0.9, floor(10 * min(one.recall_interval.low for one in measured)) / 10)


def recall_strip(name: str, models: dict[str, ClassMetrics], x: Scale, texts: Texts) -> str:
    """The recall of one class by each of two models, with its interval, on one line each."""
    panel = Panel(x, Scale("", 0, 1, []), STRIP)
    said = []
    for index, (model, found) in enumerate(models.items()):
        low, high = found.recall_interval.low, found.recall_interval.high
        height = 0.72 - 0.44 * index
        values = {"recall": 100 * found.recall, "low": 100 * low, "high": 100 * high}
        said.append(texts("classes.described", model=texts.name("model", model), **values))
        panel.line([low, high], [height, height], f"thin m{index}")
        panel.dot(found.recall, height, f"dot m{index}", 3.2, said[-1])
    return picture([panel], (STRIP.width, STRIP.height), name, " ".join(said), "strip")
