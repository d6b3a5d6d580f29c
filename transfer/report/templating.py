"""What the report and the model card share: templates, number formats and the verdict."""

import json
import re
from base64 import b64encode
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup, escape

from transfer.analysis import findings
from transfer.report import data_words
from transfer.report.figures import format_metric, shown
from transfer.report.forms import form_of
from transfer.report.hand_label_words import hand_label_words
from transfer.report.results import Results
from transfer.report.verdict import advice, verdict
from transfer.report.wording import Texts

TEMPLATES = Path(__file__).parent / "templates"


def environment(texts: Texts) -> Environment:
    """The templates, with the words and formats that they use."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        autoescape=select_autoescape(["html.j2"]),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals |= {
        "t": texts,
        "name": lambda model: texts.name("model", model),
        "label": lambda class_: texts.name("class", class_),
    }
    made.filters |= {
        "uri": data_uri,
        "metric": format_metric,
        "value": format_value,
        "breakable": breakable,
        "sentence": capitalise,
    }
    return made


def shared_variables(results: Results, texts: Texts) -> dict:
    """The variables that both templates read."""
    first, second = results.pair
    classes = texts.classes(results.classes.names)
    source = texts.name("dataset", results.dataset.source).format(classes=classes)
    return {
        "r": results,
        "comparison": results.comparison,
        "models": list(results.models),
        "names": [texts.name("model", model) for model in results.models],
        "metrics": {model: found.metrics for model, found in results.models.items()},
        "measures": shown(results.models[first].metrics),
        "first": first,
        "second": second,
        "class_names": classes,
        "source": texts("data.source", name=source),
        "hand_labels": hand_label_words(results.hand_labels, texts),
        "untested": data_words.untested(results.dataset.summary, texts),
        "verdict": verdict(results, texts),
        "advice": advice(results, texts),
        "recommended": findings.recommended(results.comparison, first, second),
        **form_of(results.classes).words(results, texts),
    }


def format_value(value: object) -> str:
    """A param as it is written."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def capitalise(text: str) -> str:
    """The text with a capital first letter, all else as it is."""
    return text[:1].upper() + text[1:]


def breakable(name: str) -> Markup:
    """A dotted name, as HTML that may be broken after dots and underscores."""
    return Markup(re.sub(r"([._])", r"\1<wbr>", str(escape(name))))


def data_uri(content: bytes) -> str:
    """A data: address of an encoded JPEG or PNG."""
    kind = "png" if content.startswith(b"\x89PNG") else "jpeg"
    return f"data:image/{kind};base64,{b64encode(content).decode()}"
