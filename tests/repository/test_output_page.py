"""docs/output.md lists what a run writes, and functions that exist."""

import csv
import importlib
import json
import re

import pytest

from tests.report import specimen
from tests.repository.documents import DOCUMENTS
from transfer.report import result_files

PAGE = DOCUMENTS["docs/output.md"]
FOLDERS = ("data/raw", "data/prepared", "data/features", "models", "metrics", "plots", "reports")
SOMETIMES = {  # what is written only where the pictures or the params give cause
    "data/raw/all/*",
    "data/raw/validation/*",
    "corrections.SPLIT.drop",
    "corrections.SPLIT.keep",
    "corrections.SPLIT.relabel",
    "corrections.all",
    "data/features/group_hint.json",
    "data/prepared/dropped_test/*",
    "groups",
    "missing_in_test",
    "notes",
    "rejects_by_class.CLASS.REASON",
    "suggested_group",
}
PLACEHOLDERS = {"MODEL": "(?:head|finetuned)", "SPLIT": "(?:train|validation|test)", "CLASS": r"\w+", "REASON": r"\w+"}


def rows(heading: str, table: int = 0) -> list[list[str]]:
    """The cells of a section's table, row by row; table: which one, where the section has several."""
    section = re.split(r"^#+ ", PAGE.split(f"# {heading}\n")[1], flags=re.MULTILINE)[0]
    tables = re.findall(r"(?:^\|.*\n)+", section, re.MULTILINE)
    return [[cell.strip() for cell in line.strip("|").split(" |")] for line in tables[table].splitlines()[2:]]


def code(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def pattern(name: str) -> str:
    """A regular expression for a name that holds placeholders."""
    expression = re.escape(name).replace(r"\*", "[^/]+")
    for placeholder, stands_for in PLACEHOLDERS.items():
        expression = expression.replace(placeholder, stands_for)
    return expression


def flat(values: dict, prefix: str = "") -> set[str]:
    """The dotted keys of nested dictionaries."""
    return {
        key
        for name, value in values.items()
        for key in (flat(value, f"{prefix}{name}.") if isinstance(value, dict) else {f"{prefix}{name}"})
    }


def assert_same(listed: list[str], found: set[str]) -> None:
    """Assert that each name found is listed, and each listed one found, but for those of SOMETIMES."""
    patterns = {name: pattern(name) for name in listed}
    assert {name for name in found if not any(re.fullmatch(each, name) for each in patterns.values())} == set()
    lacking = {name for name, each in patterns.items() if not any(re.fullmatch(each, one) for one in found)}
    assert lacking <= SOMETIMES


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`([\w.]+:\w+)`", PAGE))))
def test_functions_exist(name):
    module, _, function = name.partition(":")
    assert callable(getattr(importlib.import_module(module), function))


def test_files_are_those_that_a_run_writes(finished):
    listed = [name for cells in rows("Files") for name in code(cells[0])]
    assert_same(listed, {name for name in finished.files(*FOLDERS) if "/." not in name})


def test_columns_are_those_of_the_files(finished):
    written = finished.files(*FOLDERS)
    for files, _, columns, _ in rows("Files"):
        for name in (name for listed in code(files) for name in written if re.fullmatch(pattern(listed), name)):
            if name.endswith(".csv"):
                header = next(csv.reader(written[name].decode().splitlines()))
                assert header[: len(code(columns))] == code(columns), name
                assert len(header) == len(code(columns)) or "a column for each" in columns, name


@pytest.mark.parametrize(
    "page, files",
    [
        ("metrics/MODEL.json", ["metrics/head.json", "metrics/finetuned.json"]),
        ("metrics/validation.json", ["metrics/validation.json"]),
        ("metrics/comparison.json", ["metrics/comparison.json"]),
        ("metrics/unsure.json", ["metrics/unsure.json"]),
        ("metrics/data.json", ["metrics/data.json", "data/prepared/summary.json"]),
        ("models/MODEL/selection.json", ["models/head/selection.json", "models/finetuned/selection.json"]),
    ],
)
def test_keys_are_those_of_the_files(finished, page, files):
    listed = [key for cells in rows(f"`{page}`") for key in code(cells[0])]
    for file in files:
        assert_same(listed, flat(json.loads((finished.folder / file).read_text())))


def test_keys_of_labels_changed_by_hand_are_those_of_their_file():
    listed = [key for cells in rows("`metrics/labels.json`") for key in code(cells[0])]
    assert_same(listed, flat(specimen.with_hand_labels().hand_labels.to_json()))


def test_keys_of_other_classes_are_those_of_their_results():
    results = specimen.of_classes(tuple("abcdefghijkl"))
    (metrics, comparison) = (
        results.models["head"].metrics.to_json(),
        results.comparison.to_json() | {"recommended": ""},
    )
    listed = [key for cells in rows("`metrics/MODEL.json` of other classes") for key in code(cells[0])]
    assert_same(listed, flat(metrics))
    shared = [key for cells in rows("`metrics/comparison.json`") for key in code(cells[0]) if "roc_auc" not in key]
    listed = [key for cells in rows("`metrics/comparison.json` of other classes") for key in code(cells[0])]
    assert_same([*shared, *listed], flat(comparison))


def test_columns_of_other_classes_are_those_of_their_files(tmp_path):
    results = specimen.of_classes(("ants", "bees", "wasps"))
    for folder in ("plots", "reports"):
        (tmp_path / folder).mkdir()
    result_files.write_plots(tmp_path / "plots", results, "en")
    result_files.write_report(tmp_path / "reports", results, "en")
    for files, _, columns, _ in rows("Files", 3):
        for name in code(files):
            path = tmp_path / name.replace("MODEL", "head")
            assert path.is_file(), name
            if name.endswith(".csv"):
                assert path.read_text().splitlines()[0].split(",") == code(columns), name


def test_every_metric_has_a_unit_and_a_function():
    names = ("MODEL", "comparison", "data", "labels", "transfer", "unsure", "validation")
    pages = [f"`metrics/{name}.json`" for name in names]
    for page in (*pages, *(f"{page} of other classes" for page in pages[:2])):
        for key, unit, what, function in rows(page):
            assert unit and what and re.fullmatch(r"`[\w.]+:\w+`", function), key
