"""The page for looking at suspect pictures: one file that opens from disk, and hands back a table of corrections."""

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from markupsafe import Markup

from transfer.classes import Classes
from transfer.report.templating import TEMPLATES, data_uri, environment
from transfer.report.wording import Texts

THUMBNAIL, NEIGHBOUR = 160, 96  # pixels, of the picture itself and of those beside it
WORDS = (
    *("keep", "drop", "relabel", "other", "undo", "note", "given", "suggested", "nearest", "twin", "done"),
    *("save", "saved", "unsaved", "chosen_keep", "chosen_drop", "chosen_relabel", "all"),
    *("kind_label", "kind_ambiguous", "kind_near_duplicate", "kind_outlier", "kind_rest"),
)


@dataclass(frozen=True)
class Suspect:
    """One picture to look at.

    label, suggested: names of classes
    confidence: the probability of the suggested class, in [0, 1]
    kind: see `analysis.suspects.KINDS`
    beside: by class, the id of the nearest picture of it
    twin: file of a picture that is nearly the same, or ""
    """

    id: str
    file: str
    split: str
    label: str
    suggested: str
    confidence: float
    kind: str
    beside: Mapping[str, str]
    twin: str = ""


def render_review(
    suspects: Sequence[Suspect],
    total: int,
    pictures: Mapping[str, tuple[bytes, str]],
    corrections: Sequence[Mapping[str, str]],
    classes: Classes,
    language: str,
) -> str:
    """The page as HTML: nothing loaded, the same bytes for the same pictures.

    suspects: that are shown, the most suspect first
    total: pictures that were judged
    pictures: by id, an encoded thumbnail and the file of each suspect and of each picture beside one
    corrections: the rows that data/corrections.csv has already, which the page hands back with the new ones
    language: one of `wording.LANGUAGES`
    """
    texts = Texts(language)
    script = (TEMPLATES / "review.js").read_text(encoding="utf-8")
    content = {
        "suspects": [asdict(suspect) for suspect in suspects],
        "pictures": {id_: {"src": data_uri(thumbnail), "file": file} for id_, (thumbnail, file) in pictures.items()},
        "corrections": [dict(row) for row in corrections],
        "classes": {name: texts.name("class", name) for name in classes.names},
        "words": {word: texts(f"review.{word}") for word in WORDS},
        "splits": {split: texts(f"data.{split}") for split in ("train", "validation", "test")},
    }
    # A name may hold anything; as JSON in a page it must not end the element that holds it.
    data = json.dumps(content, ensure_ascii=False).replace("<", "\\u003c")
    return (
        environment(texts)
        .get_template("review.html.j2")
        .render(
            shown=len(suspects),
            total=total,
            sides={"picture": THUMBNAIL, "neighbour": NEIGHBOUR},
            data=Markup(data),
            script=Markup(script),
            script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
        )
    )
