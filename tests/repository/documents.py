"""The project's documents, and the commands in them with what they are shown to print."""

import re
from dataclasses import dataclass

from tests.wiring import ROOT

PATHS = [ROOT / "README.md", ROOT / "README.es.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
DOCUMENTS = {str(path.relative_to(ROOT)): path.read_text(encoding="utf-8") for path in PATHS}
ENGLISH = {name: text for name, text in DOCUMENTS.items() if name != "README.es.md"}
SPANISH = DOCUMENTS["README.es.md"]


@dataclass(frozen=True)
class Command:
    """A command of a console block.

    document: its path
    text: the command in one line, without prompt and comment
    shown: the lines that the document shows it to print
    """

    document: str
    text: str
    shown: tuple[str, ...]


def commands(document: str) -> list[Command]:
    """All commands of a document's console blocks, in order."""
    blocks = re.findall(r"^```console\n(.*?)^```", DOCUMENTS[document], re.MULTILINE | re.DOTALL)
    found: list[Command] = []
    for block in blocks:
        for line in re.sub(r" *\\\n *", " ", block).splitlines():
            if line.startswith("$ "):
                found.append(Command(document, re.sub(r"\s{2,}#.*", "", line[2:]), ()))
            elif found and not re.match(r"\w+\$ ", line):  # no prompt of another machine
                found[-1] = Command(document, found[-1].text, (*found[-1].shown, line))
    return found


ELLIPSIS = re.compile(r"\s*(…|\.\.\.)\s*")


def assert_printed(command: Command, printed: str) -> None:
    """Assert that a command printed what its document shows.

    Numbers, hexadecimal ids and the two classes may be others, and spaces count once. "…" or "..." stands for any text
    in a line, and a line of it for any number of lines.
    """
    if not command.shown:
        return
    pattern = ""
    for line in command.shown:
        pattern += r"(?:[^\n]*\n)*?" if ELLIPSIS.fullmatch(line) else _line_pattern(line)
    text = "".join(f"{_spaced(line)}\n" for line in printed.splitlines() if line.strip())
    assert re.fullmatch(pattern, text), f"{command.document}: {command.text!r} printed:\n{printed}"


TOKEN = re.compile(
    r"(?P<any>…|\.\.\.)|(?P<hex>\b(?=[a-f]*\d)[0-9a-f]{7,16}\b)|(?P<number>[-+]?\d[\d,.]*(?:e[-+]?\d+)?)|(?P<class>\b(?:dogs|cats)\b)"
    r"|(?P<rule>-{3,})|(?P<half>\b[AP]M\b)|(?P<branch>[├└]──)"
)
STANDS_FOR = {
    "any": r"[^\n]*",
    "hex": r"[0-9a-f]+",
    "number": r"(?:[-+]?[\d,.]+(?:e[-+]?\d+)?|nan)",
    "class": r"(?:dogs|cats)",
    "rule": r"-+",
    "half": r"[AP]M",
    "branch": "[├└]──",
}


def _spaced(line: str) -> str:
    return " ".join(line.split())


def _line_pattern(line: str) -> str:
    """A pattern of the lines that say the same; nothing for an empty line."""
    line = _spaced(line)
    pattern, at = "", 0
    for token in TOKEN.finditer(line):
        pattern += re.escape(line[at : token.start()]) + STANDS_FOR[token.lastgroup]
        at = token.end()
    return pattern + re.escape(line[at:]) + r"\n" if line else ""


def assert_line_printed(command: Command, line: str, printed: str) -> None:
    """Assert that a command printed one of the lines that its document shows, somewhere."""
    pattern = _line_pattern(line).removesuffix(r"\n")
    assert any(re.fullmatch(pattern, _spaced(other)) for other in printed.splitlines()), (
        f"{command.document}: {command.text!r} did not print {line!r} but:\n{printed}"
    )
