"""The report and the model card: in order, complete, safe, and the same bytes each time."""

import dataclasses
import os
import re
import subprocess
import sys

import numpy as np
import pytest
import yaml

from tests.analysis import specimen
from tests.wiring import ROOT
from transfer.analysis import predictions
from transfer.errors import InputError
from transfer.report import page as report
from transfer.report.svg import Box, Panel, Scale, picture

SECTIONS = [
    "verdict",
    "metrics",
    "confusion",
    "learning",
    "ranking",
    "thresholds",
    "gallery",
    "data",
    "transfer",
    "efficiency",
    "made",
]


@pytest.fixture(scope="module")
def results():
    return specimen.results()


@pytest.fixture(scope="module")
def page(results):
    return report.render(results, "en")


def test_sections_come_in_the_order_that_readers_look_for(page):
    assert re.findall(r'<section id="(\w+)"', page) == SECTIONS
    assert re.findall(r'<a href="#(\w+)"', page) == SECTIONS


def test_a_section_without_content_is_left_out(results):
    bare = dataclasses.replace(results, transfer={}, efficiency={}, pictures={}, sheets={})
    page = report.render(bare, "en")
    assert "<img" not in page
    for name in ("transfer", "efficiency"):
        assert f'href="#{name}"' not in page and f'id="{name}"' not in page


def test_every_figure_is_there(page, results):
    for model in results.metrics.values():
        assert f"{100 * model['accuracy']:.1f}\u00a0%" in page and f"{model['log_loss']:.4f}" in page
        for count in model["confusion"].values():
            assert f">{count}<small>" in page
    assert page.count('class="chart"') == 3 + 2 + 3 + 2
    for name, value in (("finetune.<wbr>learning_<wbr>rate", "0.0003"), ("tensorflow-cpu", "2.21.0")):
        assert re.search(f"{name}</th><td>{value}", page)
    assert "make repro" in page and "near_duplicate" in page


def test_equal_models_yield_no_difference_shown():
    page = report.render(specimen.results(alike=True), "en")
    assert "No difference in accuracy is shown between Head and Fine-tuned" in page
    assert "more accurate" not in page and "_better" not in page


@pytest.mark.parametrize("language", ["en", "es"])
def test_nothing_is_loaded_and_no_script_runs(results, language):
    page = report.render(results, language)
    assert not re.search(r"https?:|//\w|<script|@import|url\(| on\w+=", re.sub(r"base64,[^\"]+", "", page))
    assert f'<html lang="{language}">' in page and "default-src 'none'" in page


def test_the_same_bytes_whatever_the_hash_seed(tmp_path):
    pages = []
    for seed in ("1", "2"):
        (folder := tmp_path / seed).mkdir()
        command = [sys.executable, "-m", "tests.analysis.specimen", str(folder)]
        subprocess.run(command, cwd=ROOT, check=True, env={**os.environ, "PYTHONHASHSEED": seed})
        pages.append({path.name: path.read_bytes() for path in sorted(folder.iterdir())})
    assert pages[0] == pages[1] and list(pages[0]) == ["en.html", "en.md", "es.html", "es.md"]


def test_it_stays_below_5_megabytes_with_many_large_pictures():
    noise = np.random.default_rng(0).integers(0, 256, (160, 160, 3), np.uint8)
    shot = noise.tobytes()[:12_000]  # as large as a busy thumbnail
    page = report.render(specimen.results(n=4000, clarity={"head": 1.5, "finetuned": 2.0}, shot=shot), "en")
    assert page.count("<img") > 80 and len(page.encode()) < 5_000_000


def test_names_of_files_and_classes_cannot_become_markup(results):
    evil = '<script>alert(1)</script>"&'
    tables = {model: table.assign(file=evil).replace("cats", evil) for model, table in results.predictions.items()}
    data = results.data | {"counts": {split: {evil: 1, "dogs": 1} for split in ("train", "validation", "test")}}
    hostile = dataclasses.replace(results, predictions=tables, classes=(evil, "dogs"), data=data)
    page = report.render(hostile, "en")
    assert "<script" not in page and "&lt;script&gt;" in page


def test_different_test_pictures_are_refused(results):
    head, finetuned = results.predictions.values()
    with pytest.raises(InputError, match="1 only in head"):
        report.render(dataclasses.replace(results, predictions={"head": head, "finetuned": finetuned.iloc[1:]}), "en")


def test_a_third_model_has_its_column_its_curves_and_its_comparison():
    page = report.render(specimen.results(clarity={"head": 2.7, "finetuned": 4.0, "scratch": 0.5}), "en")
    assert "Head is more accurate than From scratch" in page
    assert page.count('class="line m2"') >= 5 and page.count(">From scratch</th>") == 2


def test_extreme_results_are_drawn_too(results):
    """A perfect model, one that was not trained, and a class that is never called."""
    actual = np.arange(20) % 2
    ids = [f"{index:02d}" for index in range(20)]
    tables = {
        "head": predictions.tabulate(ids, ids, actual, actual, specimen.CLASSES, 0.5),
        "finetuned": predictions.tabulate(ids, ids, actual, np.zeros(20), specimen.CLASSES, 0.5),
    }
    metrics = {
        name: specimen.classification_metrics(actual, table["probability"].to_numpy(), 0.5)
        for name, table in tables.items()
    }
    comparison = specimen.paired.compare(actual, actual, np.zeros(20), 0.5, 7)
    histories = {
        "head": specimen.history(3, (0.7, 0.0), (0.0, 1.0)),
        "finetuned": specimen.history(0, (0.0, 0.0), (1.0, 1.0)),
    }
    extreme = dataclasses.replace(
        results,
        predictions=tables,
        metrics=metrics,
        comparisons={("head", "finetuned"): comparison},
        histories=histories,
        pictures={},
    )
    page = report.render(extreme, "es")
    assert "«Cabeza» acierta más que «Ajuste fino»" in page and not re.search(r"\b(nan|inf)\b", page)


def test_the_model_card_has_the_front_matter_that_hubs_read(results):
    card = report.model_card(results, "en")
    front = yaml.safe_load(card.split("---\n")[1])
    assert front["library_name"] == "keras" and front["pipeline_tag"] == "image-classification"
    for entry in front["model-index"]:
        (result,) = entry["results"]
        got = {metric["type"]: metric["value"] for metric in result["metrics"]}
        assert got == {key: results.metrics[entry["name"]][key] for key in report.METRICS}
    for heading in ("## Intended use", "## Limits", "## Training data", "## Evaluation", "## To reproduce"):
        assert heading in card
    assert "drawings made by code" in card
    assert "drawings made by code" not in report.model_card(dataclasses.replace(results, dataset="local"), "en")


def test_marks_lie_where_their_values_are():
    panel = Panel(Scale("x", 0, 10, [(5, "5")]), Scale("y", 1, 100, [], np.log10), Box(20, 30, 100, 50))
    panel.line([0, 10], [1, 100], "line")
    panel.dot(5, 10, "dot", tip="<half>")
    svg = picture([panel], (140, 100), 'A "title"', "and more")
    assert 'points="0,50 100,0"' in svg and 'cx="50" cy="25"' in svg
    assert 'aria-label="A &quot;title&quot;. and more"' in svg and "<title>&lt;half&gt;</title>" in svg
