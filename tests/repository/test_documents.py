"""The documents name nothing that is not there, set no parameter that cannot be set so, and agree with one another."""

import json
import re

import pytest
import yaml

from tests.repository.documents import DOCUMENTS, ENGLISH, SPANISH, commands
from tests.wiring import ROOT
from transfer.__main__ import COMMANDS
from transfer.project import params


def anchors(text: str) -> set[str]:
    """The anchors of a document's headings, as Git hosts make them."""
    without_code = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    headings = re.findall(r"^#+ (.*)$", without_code, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("name", [*DOCUMENTS, *(f"bench/{path.name}" for path in (ROOT / "bench").glob("*.md"))])
def test_every_relative_link_and_anchor_exists(name):
    path = ROOT / name
    for link in re.findall(r"\]\(([^)\s]+)\)", path.read_text(encoding="utf-8")):
        if "://" in link:
            continue
        file, _, anchor = link.partition("#")
        target = path.parent / file if file else path
        assert target.exists(), link
        assert not anchor or anchor in anchors(target.read_text(encoding="utf-8")), link


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_file_and_target_that_it_names_exists(name):
    text = DOCUMENTS[name]
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert set(re.findall(r"(?:`|^\$ )make ([a-z-]+)", text, re.MULTILINE)) <= set(targets)
    modules = re.findall(r"`((?:stages|transfer|tests|docs|bench)/[\w/]+\.\w+)`", text)
    assert [module for module in modules if "NAME" not in module and not (ROOT / module).exists()] == []
    scripts = re.findall(r"python -m stages\.(\w+)", text)
    assert [script for script in scripts if not (ROOT / f"stages/{script}.py").exists()] == []
    subcommands = re.findall(r"python -m transfer ([a-z]\w+)", text)
    assert [command for command in subcommands if not (ROOT / f"transfer/commands/{command}.py").exists()] == []


def test_every_command_target_and_stage_is_in_a_document():
    english = "\n".join(ENGLISH.values())
    targets = re.findall(r"^([a-z-]+):.*##", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert [target for target in targets if not re.search(rf"make {target}\b", english)] == []
    ways = [rf"(?:python -m transfer|make) {command}\b" for command in COMMANDS]
    assert [way for way in ways if not re.search(way, english)] == []
    stages = yaml.safe_load((ROOT / "dvc.yaml").read_text())["stages"]
    assert [stage for stage in stages if f"| `{stage}`" not in DOCUMENTS["docs/output.md"]] == []


def test_readme_leads_to_every_document():
    readmes = {"README.md", "README.es.md"}
    for readme in readmes:
        linked = {link.partition("#")[0] for link in re.findall(r"\]\(([^)\s]+)\)", DOCUMENTS[readme])}
        assert DOCUMENTS.keys() - readmes <= linked, readme


def test_readme_is_a_first_screen_and_a_map():
    assert len(DOCUMENTS["README.md"].encode()) < 9_000
    order = ["plots/results.png", "## Your own pictures", "## Reading the results", "## Results"]
    places = [DOCUMENTS["README.md"].index(part) for part in order]
    assert places == sorted(places)


@pytest.mark.parametrize("name", [name for name, text in DOCUMENTS.items() if "dvc exp run" in text and " -S " in text])
def test_every_parameter_that_a_command_sets_can_be_set_so(name, tmp_path):
    """In tables and sentences too; what stands for something else (`seed=...`, `ID`) is taken as text or left out."""
    lines = [line for line in re.sub(r" *\\\n *", " ", DOCUMENTS[name]).splitlines() if "dvc exp run" in line]
    option = re.compile(r"""-S (?:"([a-z][\w.]*=[^"]+)"|'([a-z][\w.]*=[^']+)'|([a-z][\w.]*=[^\s`'"|]+))""")
    settings = ["".join(found) for line in lines for found in option.findall(line)]
    assert settings or name == "docs/backbones.md"  # which adds a key
    for setting in settings:
        key, value = setting.split("=", 1)
        values, (*sections, last) = yaml.safe_load((ROOT / "params.yaml").read_text()), key.split(".")
        section = values
        for part in sections:
            section = section[part]
        assert last in section, setting
        if "..." not in value and "," not in value:
            section[last] = yaml.safe_load(value)
        (tmp_path / "params.yaml").write_text(yaml.safe_dump(values))
        params.load_params(tmp_path / "params.yaml")


def test_commands_for_own_pictures_need_no_positive_class():
    own = [
        line
        for text in DOCUMENTS.values()
        for line in re.sub(r" *\\\n *", " ", text).splitlines()
        if re.search(r"dvc exp run .*data\.source=", line)
    ]
    assert len(own) >= 10
    assert [line for line in own if "data.positive_class=" in line] == []


def test_spanish_and_english_give_the_same_commands():
    english = {command.text for name in ENGLISH for command in commands(name)}
    spanish = {command.text for command in commands("README.es.md")}
    assert {"make repro", "make test"} < spanish
    assert spanish - english == {"dvc exp run -S report.language=es"}
    readme = {command.text for command in commands("README.md")}
    assert readme <= spanish
    shown = re.findall(r"`(dvc exp run [^`]+)`", SPANISH)
    assert shown and set(shown) <= set(re.findall(r"`(dvc exp run [^`]+)`", "".join(ENGLISH.values())))


def percent(value: float) -> str:
    return f"{100 * value:.1f} %"


def decimals(value: float) -> str:
    return f"{value:.3f}"


FIGURES = {  # a row's name: what stands in it
    "accuracy (95 % interval)|exactitud (intervalo del 95 %)": lambda m: (
        f"{percent(m['accuracy'])} ({100 * m['accuracy_low']:.1f} - {100 * m['accuracy_high']:.1f})"
    ),
    "precision": lambda m: percent(m["precision"]),
    "recall": lambda m: percent(m["recall"]),
    "F1": lambda m: percent(m["f1"]),
    "specificity": lambda m: percent(m["specificity"]),
    "ROC AUC|área bajo la curva ROC": lambda m: decimals(m["roc_auc"]),
    "average precision": lambda m: decimals(m["average_precision"]),
    "log-loss|pérdida logarítmica": lambda m: decimals(m["log_loss"]),
    "Brier score": lambda m: decimals(m["brier"]),
    "calibration error": lambda m: decimals(m["ece"]),
}


@pytest.mark.parametrize("name", ["README.md", "README.es.md", "docs/results.md"])
def test_figures_of_the_shipped_run_are_those_of_its_metrics(name):
    metrics = [json.loads((ROOT / f"metrics/{model}.json").read_text()) for model in ("head", "finetuned")]
    rows = DOCUMENTS[name].split("<!-- shipped -->\n")[1].split("\n\n")[0].splitlines()[2:]
    assert len(rows) >= 3
    for row in rows:
        label, *cells = row.strip("| ").split(" | ")
        figure = next(figure for labels, figure in FIGURES.items() if label in labels.split("|"))
        assert cells == [figure(values) for values in metrics], row


def test_tables_that_stand_twice_are_the_same():
    rows = {
        name: DOCUMENTS[name].split("<!-- photographs -->\n")[1].split("\n\n")[0].splitlines()
        for name in ("README.md", "docs/results.md")
    }
    assert set(rows["README.md"]) <= set(rows["docs/results.md"])
