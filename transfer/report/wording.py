"""The words of the report and the model card: one file per language, the same keys and gaps in each."""

import re
from collections.abc import Sequence
from pathlib import Path

import yaml

FOLDER = Path(__file__).parent / "texts"
MOST_NAMED = 5  # classes, in a sentence
LANGUAGES = tuple(sorted(path.stem for path in FOLDER.glob("*.yaml")))


class Texts:
    """`texts("section.key", gap=value)` is a text of the chosen language with its gaps filled in."""

    def __init__(self, language: str):
        """language: one of LANGUAGES; raises ValueError for another."""
        if language not in LANGUAGES:
            raise ValueError(f"there are no texts in {language!r}, only in {', '.join(LANGUAGES)}")
        self.language = language
        self.words = flat(yaml.safe_load((FOLDER / f"{language}.yaml").read_text(encoding="utf-8")))

    def __call__(self, key: str, **gaps: object) -> str:
        return typeset(self.words[key].format(**gaps))

    def say(self, finding: tuple[str, dict[str, object]]) -> str:
        """The sentence of a finding."""
        key, gaps = finding
        return self(key, **gaps)

    def name(self, kind: str, name: str) -> str:
        """What readers call a thing, such as a model; its own name where the language has no word for it."""
        return self.words.get(f"{kind}.{name}", name)

    def classes(self, names: Sequence[str]) -> str:
        """Two or more classes as a phrase: their names where they are few, else their number."""
        *some, last = (self.name("class", name) for name in names)
        if len(names) > MOST_NAMED:
            return self("names.many", n=len(names))
        return self("names.few", some=", ".join(some), last=last)


def flat(tree: dict, prefix: str = "") -> dict[str, object]:
    """Nested mappings as one, with dotted keys."""
    result = {}
    for key, value in tree.items():
        result |= flat(value, f"{prefix}{key}.") if isinstance(value, dict) else {f"{prefix}{key}": value}
    return result


def shorten(text: str, longest: int) -> str:
    """The text, or its beginning and an ellipsis; at most `longest` characters."""
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def plain(text: str) -> str:
    """A text for terminals and plain files: without the characters that only print needs."""
    return text.translate(
        str.maketrans({"\N{MINUS SIGN}": "-", "\N{NO-BREAK SPACE}": " ", "\N{RIGHT SINGLE QUOTATION MARK}": "'"})
    )


def typeset(text: str) -> str:
    """Set numbers as print does: with a minus sign, and on one line with their unit or comparison."""
    text = re.sub(r"(?<![\w.)-])-(?=\d)", "\N{MINUS SIGN}", text)
    text = re.sub(r"(?<=\d) %", "\N{NO-BREAK SPACE}%", text)
    return re.sub(r" ([=<]) (?=\d)", "\N{NO-BREAK SPACE}\\1\N{NO-BREAK SPACE}", text)
