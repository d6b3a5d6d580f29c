"""The report: everything about one run's models on a single page that needs nothing but itself."""

import json
import re
from base64 import b64encode
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup, escape

from transfer.analysis import curves, examples, findings, predictions
from transfer.report import charts, gallery
from transfer.report.wording import Texts, flat

TEMPLATES = Path(__file__).parent / "templates"
PERCENT = ["accuracy", "precision", "recall", "f1", "specificity"]
METRICS = [*PERCENT, "roc_auc", "average_precision", "log_loss", "brier", "ece"]
THRESHOLDS = [0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95]
COSTS = [(1, 1), (5, 1), (1, 5)]  # of a false positive and of a missed one


@dataclass(frozen=True)
class Results:
    """What a run found. Dictionaries by model have the models in the same order; the first two are the pair compared.

    metrics: of `classification_metrics`; comparisons: of `paired.compare`, by pair of models, the main one first;
    histories: columns epoch, loss, accuracy, val_loss, val_accuracy; predictions: as `predictions.read` gives them;
    classes: names of the negative and the positive class; threshold: P from which a picture is called positive;
    dataset: name of the source; data: as metrics/data.json; files: a model's name to where its file lies, as text;
    size: pixels; provenance: of params, versions and hardware, each a (nested) mapping of names to values;
    commands: that make it again; pictures: by id, those of `gallery.worth_showing`; sheets: a split's name to an
    encoded picture of some of its pictures; transfer: of `transfer.measures`; efficiency: a model's name to columns
    pictures_per_class, draw, accuracy, log_loss, of those models that it was measured for; shares: likewise to columns
    share, val_loss, see `findings.training`.
    """

    metrics: dict[str, dict]
    comparisons: dict[tuple[str, str], dict]
    histories: dict[str, pd.DataFrame]
    predictions: dict[str, pd.DataFrame]
    classes: tuple[str, str]
    threshold: float
    dataset: str
    data: dict
    files: dict[str, str]
    size: int
    provenance: dict[str, dict]
    commands: list[str]
    pictures: dict[str, gallery.Picture] = field(default_factory=dict)
    sheets: dict[str, bytes] = field(default_factory=dict)
    transfer: dict = field(default_factory=dict)
    efficiency: dict[str, pd.DataFrame] = field(default_factory=dict)
    shares: dict[str, pd.DataFrame] = field(default_factory=dict)


def render(results: Results, language: str) -> str:
    """The report as one HTML page: no script, nothing loaded, the same bytes for the same results.

    Raises InputError if the predictions are of different pictures, ValueError for a language without texts.
    """
    texts = Texts(language)
    tables = predictions.align(results.predictions)
    drawn = charts.everything(tables, results.metrics, results.histories, results.classes, texts)
    by_size = {
        measure: charts.efficiency(results.efficiency, list(results.metrics), measure, texts)
        for measure in ("accuracy", "log_loss")
        if results.efficiency
    }
    return (
        _environment(texts)
        .get_template("report.html.j2")
        .render(
            **_common(results, texts),
            differences=_differences(results, texts),
            charts={kind: Markup(svg) for kind, svg in drawn.items()},
            by_size={measure: Markup(svg) for measure, svg in by_size.items()},
            thresholds={model: _thresholds(table, results) for model, table in tables.items()},
            ratios=[f"{false}\N{RATIO}{missed}" for false, missed in COSTS],
            disagreements=examples.disagreements(*list(tables.values())[:2]),
            errors={model: examples.confident_errors(table, results.classes[1]) for model, table in tables.items()},
            rows={model: table.set_index("id") for model, table in tables.items()},
            most=(examples.MOST_DISAGREEMENTS, examples.MOST_ERRORS),
            provenance={name: flat(values) for name, values in results.provenance.items()},
            findings={
                group: [texts(key, **gaps) for key, gaps in found]
                for group, found in _found(results, tables, texts).items()
            },
        )
    )


def model_card(results: Results, language: str) -> str:
    """The model card, in Markdown with the front matter that Hugging Face reads."""
    texts = Texts(language)
    environment = _environment(texts)
    environment.autoescape = False
    return environment.get_template("model_card.md.j2").render(**_common(results, texts))


def _environment(texts: Texts) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        autoescape=select_autoescape(["html.j2"]),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {"t": texts, "metrics_in_order": METRICS}
    environment.globals |= {
        "name": lambda model: texts.name("model", model),
        "label": lambda own: texts.name("class", own),
    }
    environment.filters |= {
        "uri": _uri,
        "metric": _metric,
        "value": _value,
        "breakable": _breakable,
        "sentence": _sentence,
    }
    return environment


def _common(results: Results, texts: Texts) -> dict:
    (first, second), comparison = next(iter(results.comparisons.items()))
    names = [texts.name("model", model) for model in (first, second)]
    said = {
        rule.__name__: texts(key, **gaps)
        for rule in (findings.verdict, findings.advice)
        for key, gaps in [rule(comparison, *names)]
    }
    models = list(results.metrics)
    named = {
        "models": models,
        "names": [texts.name("model", model) for model in models],
        "first": first,
        "second": second,
    }
    negative, positive = (texts.name("class", label) for label in results.classes)
    return {"r": results, "comparison": comparison, "negative": negative, "positive": positive, **named, **said}


def _found(results: Results, tables: dict[str, pd.DataFrame], texts: Texts) -> dict[str, list[findings.Finding]]:
    """Every finding after the verdict, by what it is about."""
    names = {model: texts.name("model", model) for model in tables}
    classes = tuple(texts.name("class", label) for label in results.classes)
    compared, probable = [], []
    for index, (pair, comparison) in enumerate(results.comparisons.items()):
        pair = [names[model] for model in pair]
        compared += [findings.verdict(comparison, *pair)] if index else []
        compared += findings.differences(comparison, *pair)
    for model, table in tables.items():
        actual = (table["actual"] == results.classes[1]).to_numpy(int)
        probable.append(findings.calibration(actual, table["probability"].to_numpy(), names[model]))
    return {
        "compared": compared,
        "errors": [findings.errors(results.metrics[model], name, classes) for model, name in names.items()],
        "calibration": probable,
        "training": [
            findings.training(results.histories[model], name, results.shares.get(model))
            for model, name in names.items()
        ],
    }


def _differences(results: Results, texts: Texts) -> dict[str, Markup]:
    pair, comparison = next(iter(results.comparisons.items()))
    names = [texts.name("model", model) for model in pair]
    measures = [measure for measure in ("accuracy", "log_loss", "roc_auc") if f"{measure}_difference" in comparison]
    return {measure: Markup(charts.difference(comparison, measure, *names, texts)) for measure in measures}


def _thresholds(table: pd.DataFrame, results: Results) -> tuple[list[dict], list[int]]:
    """The rows of a model's threshold table, and the least cost in each column of costs."""
    actual = (table["actual"] == results.classes[1]).to_numpy()
    at = sorted({*THRESHOLDS, results.threshold})
    found = curves.thresholds(actual, table["probability"].to_numpy(), at).to_dict("records")
    rows = [row | {"costs": [false * row["fp"] + missed * row["fn"] for false, missed in COSTS]} for row in found]
    return rows, np.min([row["costs"] for row in rows], axis=0).tolist()


def _metric(value: float, key: str) -> str:
    return f"{100 * value:.1f}\N{NO-BREAK SPACE}%" if key in PERCENT else f"{value:.4f}"


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _breakable(name: str) -> Markup:
    """A dotted name that may be broken after its dots and underscores."""
    return Markup(re.sub(r"([._])", r"\1<wbr>", str(escape(name))))


def _value(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _uri(content: bytes) -> str:
    """A data: address of an encoded JPEG or PNG."""
    kind = "png" if content.startswith(b"\x89PNG") else "jpeg"
    return f"data:image/{kind};base64,{b64encode(content).decode()}"
