"""One class against the rest: a small chart for each, where they are few."""

from markupsafe import Markup

from transfer.report.ranking_charts import PRECISION_RECALL, ROC, Plane
from transfer.report.results import Results
from transfer.report.svg import Box, Panel, Scale, picture
from transfer.report.wording import Texts

MOST_CLASSES = 12  # with charts of their own
SIZE, BOX = (170, 170), Box(26, 8, 136, 136)
ENDS = [(0, "0"), (0.5, "0.5"), (1, "1")]


def class_curves(results: Results, texts: Texts) -> dict[str, list[dict]]:
    """By chart, "roc" and "precision_recall": for each class its name and a small chart with a line for each model.

    A class that cannot be ranked, because the test split lacks it, has none. Empty where there are too many classes.
    """
    named = results.classes.names if len(results.classes) <= MOST_CLASSES else ()
    charts: dict[str, list[dict]] = {}
    for index, name in enumerate(named):
        curves = {model: found.curves.by_class.get(name) for model, found in results.models.items()}
        if all(curves.values()):
            for place, plane in enumerate((ROC, PRECISION_RECALL)):
                tables = {model: pair[place] for model, pair in curves.items()}
                svg = _small(plane, tables, texts.name("class", name), _areas(results, index, texts), texts)
                charts.setdefault(plane.name, []).append({"name": texts.name("class", name), "svg": Markup(svg)})
    return charts


def _areas(results: Results, index: int, texts: Texts) -> str:
    """The area under the ROC curve of one class, by model, in words."""
    return " ".join(
        texts("ranking.class_area", model=texts.name("model", model), value=found.per_class[index].roc_auc)
        for model, found in results.models.items()
    )


def _small(plane: Plane, tables: dict, name: str, described: str, texts: Texts) -> str:
    """tables: by model, the curve; name: of the class"""
    panel = Panel(Scale("", 0, 1, ENDS), Scale("", 0, 1, ENDS), BOX)
    if plane.diagonal:
        panel.line([0, 1], [0, 1], "zero")
    for index, table in enumerate(tables.values()):
        panel.line(table[plane.x], table[plane.y], f"line m{index}")
    title = texts("ranking.of_class", chart=texts(f"ranking.{plane.name}"), name=name)
    return picture([panel], SIZE, title, described, "chart small")
