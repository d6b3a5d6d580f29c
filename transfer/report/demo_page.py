"""The page on which a model is tried: pictures go in by drag and drop, and what the model makes of them comes out."""

import base64
import hashlib
import json

import numpy as np
from markupsafe import Markup

from transfer.analysis.cut_offs import AMBIGUOUS, UNLIKE
from transfer.classes import Classes
from transfer.report.gallery import compact, heated
from transfer.report.templating import TEMPLATES, data_uri, environment
from transfer.report.wording import Texts

SIDE = 224  # pixels, of a picture on the page
SHOWN = 5  # classes, the likeliest
REASONS = {AMBIGUOUS: "ambiguous", UNLIKE: "unlike"}
WORDS = ("working", "called", "sure", "refused", "gone", "seen", "looks")


def render_demo(classes: Classes, language: str) -> str:
    """The page as HTML; it loads nothing, and sends pictures to where it came from.

    language: one of `wording.LANGUAGES`
    """
    texts = Texts(language)
    script = (TEMPLATES / "demo.js").read_text(encoding="utf-8")
    return (
        environment(texts)
        .get_template("demo.html.j2")
        .render(
            classes=texts.classes(classes.names),
            side=SIDE,
            words=Markup(json.dumps({word: texts(f"demo.{word}") for word in WORDS}).replace("<", "\\u003c")),
            script=Markup(script),
            script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
        )
    )


def render_answer(
    classes: Classes,
    predicted: str,
    probabilities: np.ndarray,
    unsure: str,
    jpeg: bytes,
    heat: np.ndarray,
    language: str,
) -> dict[str, object]:
    """What the page shows of a picture: a mapping that can be written as JSON.

    predicted: one of the names of the classes
    probabilities: float32 (classes,)
    unsure: one of `analysis.cut_offs`, or ""
    jpeg: the picture as the model saw it
    heat: see `gallery.heated`
    """
    texts = Texts(language)
    order = np.argsort(-probabilities, kind="stable")[:SHOWN]
    return {
        "predicted": texts.name("class", predicted),
        "likeliest": [[texts.name("class", classes.names[at]), float(probabilities[at])] for at in order],
        "unsure": unsure and texts(f"demo.{REASONS[unsure]}"),
        "picture": data_uri(compact(jpeg, SIDE)),
        "heat": data_uri(heated(jpeg, heat, SIDE)),
    }
